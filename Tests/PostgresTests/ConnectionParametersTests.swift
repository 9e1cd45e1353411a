import Postgres
import Support
import Testing

struct ConnectionParametersTests {
  @Test("a URI is read as libpq reads it")
  func uri() throws {
    let parameters = try ConnectionParameters(
      uri: Redacted(
        "postgresql://me:p%40ss@db.example:6543/app?sslmode=verify-full&application_name=a&connect_timeout=3"))
    #expect(parameters.host == "db.example")
    #expect(parameters.port == 6543)
    #expect(parameters.database == "app")
    #expect(parameters.user == "me")
    #expect(parameters.password?.reveal() == "p@ss")
    #expect(parameters.tls.mode == .verifyFull)
    #expect(parameters.applicationName == "a")
    #expect(parameters.connectTimeout == .seconds(3))
    #expect(parameters.targetIdentity == "db.example:6543/app")
  }

  @Test("a key=value string is read, with defaults for the rest")
  func keywords() throws {
    let parameters = try ConnectionParameters(uri: Redacted("host=::1 user=me"))
    #expect(parameters.database == "me")
    #expect(parameters.port == 5432)
    #expect(parameters.password == nil)
    #expect(parameters.connectTimeout == .seconds(10))
    #expect(parameters.targetIdentity == "[::1]:5432/me")
  }

  @Test("the PEM files that a URI names are read by the caller's reader only")
  func files() throws {
    let uri = Redacted("host=h user=u sslrootcert=/ca.pem sslmode=verify-ca")
    let parameters = try ConnectionParameters(uri: uri) { "PEM of \($0)" }
    #expect(parameters.tls.certificateAuthority == "PEM of /ca.pem")
    let error = #expect(throws: PostgresError.self) { try ConnectionParameters(uri: uri) }
    #expect(error?.message.contains("sslrootcert") == true)
  }

  @Test(
    "a wrong URI is refused by the keyword that is wrong",
    arguments: [
      ("postgresql://h/d?nonsense=1", "nonsense"), ("host=h nonsense=1", "nonsense"), ("host=h port=99999", "port"),
      ("host=h sslmode=maybe", "sslmode"), ("host=h connect_timeout=-1", "connect_timeout"),
      ("host=h service=x", "service"), ("host=a,b", "several hosts"), ("host=h options=-cx=y", "options"),
      ("host=h hostaddr=1.2.3.4", "hostaddr"), ("host=h sslcert=/x", "sslcert"),
      ("postgresql://[h/d", "cannot be read"), ("postgresql://u:a/b?key=c@h/d", "cannot be read"),
      ("host=h password=two words=1", "cannot be read"),
    ])
  func wrong(uri: String, named: String) {
    let error = #expect(throws: PostgresError.self) { try ConnectionParameters(uri: Redacted(uri)) }
    #expect(error?.code == .invalidParameters)
    #expect(error?.message.contains(named) == true, "\(String(describing: error))")
    #expect(error?.isTransient == false)
  }

  @Test("parameters that cannot work are refused before anything is sent")
  func invalid() async {
    let good = ConnectionParameters(host: "127.0.0.1", port: 1, database: "d", user: "u")
    let changes: [(inout ConnectionParameters) -> Void] = [
      { $0.host = "" }, { $0.user = "" }, { $0.database = "" }, { $0.port = 0 }, { $0.host = "a,b" },
      { $0.user = "u\0" }, { $0.tls.certificate = "x" },
      {
        $0.tls.certificate = "x"
        $0.tls.key = Redacted("-----BEGIN ENCRYPTED PRIVATE KEY-----")
      },
    ]
    for change in changes {
      var parameters = good
      change(&parameters)
      let wrong = parameters
      let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(wrong) }
      #expect(error?.code == .invalidParameters)
    }
  }
}
