import FlywaySettings
import Postgres
import Support
import Testing

@Suite("Addresses of databases")
struct ConnectionTests {
  private struct Unreadable: Error {}

  private func resolve(
    _ url: String, user: String? = "me", password: String? = nil, properties: [String: String] = [:],
    initSql: String? = nil, systemUser: String? = "login"
  ) throws(SettingsError) -> ResolvedConnection {
    var arguments = [("url", url)]
    if let user { arguments.append(("user", user)) }
    if let password { arguments.append(("password", password)) }
    if let initSql { arguments.append(("initSql", initSql)) }
    for (name, value) in properties.sorted(by: { $0.key < $1.key }) {
      arguments.append(("jdbcProperties.\(name)", value))
    }
    let environment = systemUser.map { ["USER": $0] } ?? [:]
    return try Files(arguments: arguments, environment: environment).read().connection.resolve { path in
      guard path == "/pem" else { throw Unreadable() }
      return "PEM"
    }
  }

  private func failure(_ url: String, properties: [String: String] = [:]) -> SettingsError? {
    do throws(SettingsError) {
      _ = try resolve(url, properties: properties)
      return nil
    } catch {
      return error
    }
  }

  private static let addresses: [(url: String, target: String)] = [
    ("jdbc:postgresql://h:5433/db", "me@h:5433/db"), ("jdbc:postgresql://h/db", "me@h:5432/db"),
    ("jdbc:postgresql://h/", "me@h:5432/me"), ("jdbc:postgresql://h", "me@h:5432/me"),
    ("jdbc:postgresql://h:5433", "me@h:5433/me"), ("jdbc:postgresql://h?sslmode=disable", "me@h:5432/me"),
    ("jdbc:postgresql:db", "me@localhost:5432/db"), ("jdbc:postgresql:/db", "me@localhost:5432/db"),
    ("jdbc:postgresql:", "me@localhost:5432/me"), ("jdbc:postgresql:///db", "me@localhost:5432/db"),
    ("jdbc:postgresql://:5433/db", "me@localhost:5433/db"), ("jdbc:postgresql://[::1]:5433/db", "me@[::1]:5433/db"),
    ("jdbc:postgresql://[::1]/db", "me@[::1]:5432/db"), ("jdbc:postgresql://h/a%20b+c%2B", "me@h:5432/a b c+"),
    ("jdbc:postgresql://h/db?user=you&ssl", "you@h:5432/db"), ("jdbc:postgresql://h/?user=you", "you@h:5432/you"),
    ("jdbc:otel:postgresql://h/db", "me@h:5432/db"), ("postgresql://h:5433/db", "me@h:5433/db"),
    ("postgres://you@h/db", "you@h:5432/db"), ("postgresql://h/db?user=you", "you@h:5432/db"),
    ("postgresql:///db", "me@127.0.0.1:5432/db"), ("host=h dbname=db", "me@h:5432/db"),
    ("host=h dbname=db user=you port=5433", "you@h:5433/db"), ("host=h", "me@h:5432/me"),
  ]

  @Test("an address leads where pgjdbc or libpq would go", arguments: addresses.indices)
  func targets(index: Int) throws {
    let (url, target) = Self.addresses[index]
    #expect(try resolve(url).parameters.description == target)
  }

  @Test("without a user the one of the system counts; with none at all it is an error")
  func users() throws {
    for url in ["jdbc:postgresql://h/db", "postgresql://h/db", "host=h dbname=db"] {
      #expect(try resolve(url, user: nil).parameters.user == "login")
    }
    let error = #expect(throws: SettingsError.self) {
      try resolve("jdbc:postgresql://h/db", user: nil, systemUser: nil)
    }
    #expect(error?.nextStep == "Set user.")
  }

  @Test("what the URL says comes before user and password, and these before jdbcProperties")
  func credentials() throws {
    let url = "jdbc:postgresql://h/db?password=in%2Burl"
    let properties = ["user": "p", "password": "p"]
    #expect(try resolve(url, password: "set").parameters.password?.reveal() == "in+url")
    let set = try resolve("jdbc:postgresql://h/db", password: "set", properties: properties).parameters
    #expect(set.password?.reveal() == "set" && set.user == "me")
    let only = try resolve("jdbc:postgresql://h/db", user: nil, properties: properties).parameters
    #expect(only.password?.reveal() == "p" && only.user == "p")
    for url in ["postgresql://you:in@h/db", "postgresql://h/db?password=in", "host=h password=in"] {
      #expect(try resolve(url, password: "set").parameters.password?.reveal() == "in")
    }
    for url in ["postgresql://you@h/db", "postgresql://h/db?sslmode=disable", "host=h", "postgres://h"] {
      #expect(try resolve(url, password: "a'b\\c&d=é %").parameters.password?.reveal() == "a'b\\c&d=é %")
    }
  }

  private static let lines: [(file: String, password: String?)] = [
    ("h:5432:db:me:p", "p"), ("*:*:*:*:p", "p"), ("#*:*:*:*:c\n\nx:*:*:*:q\nh:*:*:*:p\n*:*:*:*:r", "p"),
    ("h:5433:db:me:p", nil), ("h:5432:db:you:p", nil), ("h:5432:db:me:a\\:b\\\\c:rest", "a:b\\c"),
    ("\\h:5432:d\\b:me:p", "p"), ("\\*:*:*:*:p", nil), ("h:5432:db:me", nil), ("h:5432:db:me:", nil), ("", nil),
    ("*:*:*:*:*", "*"), ("h:5432:db:me:p\r\n", "p"),
  ]

  @Test("where no password is given the password file is asked, as pgjdbc does", arguments: lines.indices)
  func passwordFile(index: Int) throws {
    let (file, password) = Self.lines[index]
    for url in ["jdbc:postgresql://h/db", "postgresql://h/db"] {
      let connection = try Files(arguments: [("url", url), ("user", "me")]).read().connection
      let resolved = try connection.resolve { path in
        guard path == "/person/.pgpass" else { throw Unreadable() }
        return file
      }
      #expect(resolved.parameters.password?.reveal() == password)
    }
    let given = try Files(
      arguments: [("url", "jdbc:postgresql://h/db"), ("user", "me"), ("password", "given")],
      environment: ["PGPASSFILE": "/elsewhere"]
    ).read().connection
    #expect(given.passwordFile == "/elsewhere")
    #expect(try given.resolve { _ in file }.parameters.password?.reveal() == "given")
  }

  private static let modes: [(query: String, mode: TLS.Mode)] = [
    ("", .prefer), ("sslmode=disable", .disable), ("sslmode=verify-full", .verifyFull), ("ssl=true", .verifyFull),
    ("ssl", .verifyFull), ("ssl=false", .prefer), ("ssl=true&sslmode=require", .require),
    ("ssl=true&sslfactory=org.postgresql.ssl.NonValidatingFactory", .require), ("sslmode=VERIFY-CA", .verifyCA),
  ]

  @Test(
    "encryption is prefer unless said otherwise, and ssl=true means verify-full, as in pgjdbc", arguments: modes.indices
  )
  func encryption(index: Int) throws {
    let (query, mode) = Self.modes[index]
    #expect(try resolve("jdbc:postgresql://h/db?\(query)").parameters.tls.mode == mode)
  }

  @Test("certificates are read from their files")
  func certificates() throws {
    let tls = try resolve("jdbc:postgresql://h/db?sslrootcert=/pem&sslcert=/pem&sslkey=/pem").parameters.tls
    #expect(tls.certificateAuthority == "PEM" && tls.certificate == "PEM" && tls.key?.reveal() == "PEM")
    #expect(failure("jdbc:postgresql://h/db?sslrootcert=/nope")?.code == .unreadable)
  }

  @Test("what a URL sets for the session is run before initSql")
  func session() throws {
    let url = "jdbc:postgresql://h/db?currentSchema=app,public&options=-c%20a.b=o'k%20--work_mem=1MB%20-cx=a\\%20b"
    let resolved = try resolve(url, initSql: "SELECT 1")
    #expect(
      resolved.initSql == """
        SELECT pg_catalog.set_config('search_path', 'app,public', false);
        SELECT pg_catalog.set_config('a.b', 'o''k', false);
        SELECT pg_catalog.set_config('work_mem', '1MB', false);
        SELECT pg_catalog.set_config('x', 'a b', false);
        SELECT 1
        """)
    #expect(try resolve("jdbc:postgresql://h/db").initSql == nil)
  }

  @Test("names and times that the server sees are taken over")
  func others() throws {
    let url = "jdbc:postgresql://h/db?ApplicationName=flyway&connectTimeout=3&loginTimeout=0"
    let parameters = try resolve(url).parameters
    #expect(parameters.applicationName == "flyway")
    #expect(parameters.connectTimeout == .seconds(3))
    #expect(try resolve("jdbc:postgresql://h/db?connectTimeout=0").parameters.connectTimeout == .seconds(3600))
  }

  @Test("an option that has no meaning here is named, and so is one that nobody knows")
  func notices() throws {
    let url = "jdbc:postgresql://h/db?prepareThreshold=0&reWriteBatchedInserts=true&curentSchema=app"
    let notices = try resolve(url, properties: ["tcpkeepalive": "true"]).notices
    #expect(notices.count == 4)
    #expect(notices.contains { $0.contains("prepareThreshold") })
    #expect(notices.contains { $0.contains("currentSchema?") })
    #expect(notices.contains { $0.hasPrefix("jdbcProperties.tcpkeepalive") })
  }

  private static let refused: [(url: String, code: SettingsError.Code)] = [
    ("jdbc:mysql://h/db", .unsupported), ("jdbc:", .unsupported), ("jdbc:postgresql://a,b/db", .unsupported),
    ("jdbc:postgresql://h:x/db", .invalidURL), ("jdbc:postgresql://h:0/db", .invalidURL),
    ("jdbc:postgresql://h:70000/db", .invalidURL), ("jdbc:postgresql://h/a/b", .invalidURL),
    ("jdbc:postgresql://s3cr3t:s3cr3t@h/db", .invalidURL), ("jdbc:postgresql://h/%zz", .invalidURL),
    ("jdbc:postgresql://h/db?password=s3cr3t%", .invalidURL), ("jdbc:postgresql://h/db?sslmode=s3cr3t", .invalidValue),
    ("jdbc:postgresql://h/db?connectTimeout=s3cr3t", .invalidValue),
    ("jdbc:postgresql://h/db?options=-d", .unsupported),
    ("jdbc:postgresql://h/db?socketFactory=s3cr3t", .unsupported), ("jdbc:postgresql://h/db?service=x", .unsupported),
    ("jdbc:postgresql://h/db?channelBinding=require", .unsupported),
    ("jdbc:postgresql://h/db?sslfactory=com.s3cr3t", .unsupported), ("postgresql://me:s3cr3t@a,b/db", .invalidURL),
    ("postgresql://me:s3cr3t@h:x/db", .invalidURL), ("host=h password='s3cr3t", .invalidURL), ("s3cr3t", .invalidURL),
    ("http://me:s3cr3t@h", .invalidURL), ("postgresql://h/db?nonsense=s3cr3t", .invalidURL),
  ]

  @Test("what cannot be honoured is refused, and nothing secret is shown", arguments: refused.indices)
  func refusals(index: Int) throws {
    let (url, code) = Self.refused[index]
    let error = try #require(failure(url))
    #expect(error.code == code, "\(error)")
    #expect(error.place == "argument -url")
    #expect(!error.description.contains("s3cr3t"), "\(error)")
    #expect(!error.nextStep.isEmpty)
    #expect(error.flywayErrorCode == "CONFIGURATION")
  }

  @Test("no address at all is an error that says what to set")
  func missing() throws {
    let connection = try Files().read().connection
    let error = #expect(throws: SettingsError.self) { try connection.resolve { _ in "" } }
    #expect(error?.code == .missingURL)
    #expect(error?.flywayErrorCode == "CONFIGURATION")
  }
}
