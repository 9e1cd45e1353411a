internal import MigrationCore
internal import Postgres
internal import Support

extension ConnectionSettings {
  /// What the URL, the user, the password and the options come to.
  ///
  /// The TLS mode is `prefer` where nothing is said, as with pgjdbc and libpq. What the URL says comes before `user` and
  /// `password`, these before `jdbcProperties`, and these before `passwordFile`, as in pgjdbc. libpq's environment
  /// variables and service files are not read.
  /// - Parameter readFile: reads a PEM file that `sslrootcert`, `sslcert` or `sslkey` names, or the password file; blocks.
  /// - Throws: `SettingsError` with `.missingURL`, `.invalidURL`, `.invalidValue` or `.unsupported`.
  package func resolve(
    readFile: @escaping (_ path: String) throws -> String
  ) throws(SettingsError) -> ResolvedConnection {
    var resolved = try resolveURL(readFile)
    if resolved.parameters.password == nil, let passwordFile, let text = try? readFile(passwordFile) {
      resolved.parameters.password = PasswordFile(text).password(for: resolved.parameters)
    }
    return resolved
  }

  private func resolveURL(
    _ readFile: @escaping (_ path: String) throws -> String
  ) throws(SettingsError) -> ResolvedConnection {
    guard let url else {
      throw SettingsError(
        .missingURL, "There is no address of a database.",
        nextStep: "Set url, user and password: -url=jdbc:postgresql://host:5432/database, FLYWAY_URL, or flyway.toml.")
    }
    if url.reveal().hasPrefix("jdbc:") {
      return try JDBCConnection(settings: self, place: urlPlace, readFile: readFile).resolve(url)
    }
    do throws(PostgresError) {
      let uri = withCredentials(url.reveal())
      let parameters = try ConnectionParameters(uri: uri, readFile: readFile)
      let notices = jdbcProperties.isEmpty ? [] : ["jdbcProperties count only where the URL begins with jdbc:."]
      return ResolvedConnection(parameters: parameters, initSql: initSql, notices: notices)
    } catch {
      throw SettingsError(
        .invalidURL, "The URL cannot be followed: \(error.message).", at: urlPlace,
        nextStep: "Correct it, or write jdbc:postgresql://host:5432/database.")
    }
  }

  /// A URI or key=value text with user and password where it names none.
  ///
  /// Of a key that stands twice libpq takes the last, so in key=value texts the settings go first.
  private func withCredentials(_ text: String) -> Redacted<String> {
    let user = user ?? systemUser
    guard let mark = ["postgresql://", "postgres://"].first(where: { text.hasPrefix($0) }) else {
      let quoted: (String) -> String = { value in
        "'" + value.flatMap { $0 == "'" || $0 == "\\" ? ["\\", $0] : [$0] } + "'"
      }
      let first = user.map { "user=\(quoted($0)) " } ?? ""
      return Redacted(first + (password.map { "password=\(quoted($0.reveal())) " } ?? "") + text)
    }
    let rest = text.dropFirst(mark.count)
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    let login = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
    let query = rest.drop { $0 != "?" }.dropFirst().split(separator: "&").map { $0.prefix { $0 != "=" } }
    var added: [String] = []
    if login.prefix(while: { $0 != ":" }).isEmpty, !query.contains("user"), let user {
      added.append("user=\(Self.encoded(user))")
    }
    if !login.contains(":"), !query.contains("password"), let password {
      added.append("password=\(Self.encoded(password.reveal()))")
    }
    guard !added.isEmpty else { return Redacted(text) }
    return Redacted(text + (rest.contains("?") ? "&" : "?") + added.joined(separator: "&"))
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF")
    return text.utf8.map { byte in
      let isPlain =
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      return isPlain ? String(UnicodeScalar(byte)) : "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
    }.joined()
  }
}
