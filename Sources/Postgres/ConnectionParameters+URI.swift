package import Support

extension ConnectionParameters {
  /// Reads `postgresql://...` or a `key=value` string, as libpq does.
  ///
  /// Host defaults to 127.0.0.1, port to 5432, user to `postgres`, database to the user. Neither environment variables
  /// nor password or service files are read. `sslrootcert`, `sslcert` and `sslkey` name files, which are read by
  /// `readFile`; without it they are refused, so that a string from elsewhere cannot name a file here.
  /// - Parameter defaultMode: the mode where the text has no option `sslmode`; libpq's own if nothing is said.
  /// - Throws: `invalidParameters`, which names the keyword that is wrong, never a value.
  package init(
    uri: Redacted<String>, defaultMode: TLS.Mode = .prefer, readFile: ((_ path: String) throws -> String)? = nil
  ) throws(PostgresError) {
    var options = try ConnectionString.options(uri)
    let user = options.removeValue(forKey: "user") ?? "postgres"
    self.init(
      host: options.removeValue(forKey: "host") ?? "127.0.0.1",
      database: options.removeValue(forKey: "dbname") ?? user, user: user,
      password: options.removeValue(forKey: "password").map { Redacted($0) })
    try takeNumbers(&options)
    tls.mode = defaultMode
    try takeTLS(&options, readFile)
    if let name = options.removeValue(forKey: "application_name") ?? options["fallback_application_name"] {
      applicationName = name
    }
    // Set by this module itself, to the only values that it works with.
    for keyword in ["client_encoding", "fallback_application_name", "gssencmode"] {
      options[keyword] = nil
    }
    if let unknown = options.keys.sorted().first {
      throw Self.refusal("the option \"\(unknown)\" is not supported in a connection URI; remove it")
    }
    try validate()
  }

  private mutating func takeNumbers(_ options: inout [String: String]) throws(PostgresError) {
    if let text = options.removeValue(forKey: "port") {
      guard let value = Int(text), (1...65535).contains(value) else {
        throw Self.refusal("the option \"port\" is not a number between 1 and 65535; name one port")
      }
      port = value
    }
    if let text = options.removeValue(forKey: "connect_timeout") {
      guard let seconds = Int(text), (1...3600).contains(seconds) else {
        throw Self.refusal("the option \"connect_timeout\" is not a number of seconds between 1 and 3600")
      }
      connectTimeout = .seconds(seconds)
    }
  }

  private mutating func takeTLS(
    _ options: inout [String: String], _ readFile: ((String) throws -> String)?
  ) throws(PostgresError) {
    if let text = options.removeValue(forKey: "sslmode") {
      guard let mode = TLS.Mode(rawValue: text) else {
        let modes = TLS.Mode.allCases.map(\.rawValue).joined(separator: ", ")
        throw Self.refusal("the option \"sslmode\" is none of \(modes)")
      }
      tls.mode = mode
    }
    func take(_ keyword: String) throws(PostgresError) -> String? {
      guard let path = options.removeValue(forKey: keyword), path != "system" else {
        return nil
      }
      guard let readFile else {
        throw Self.refusal("the option \"\(keyword)\" names a file; give the PEM text in its own field instead")
      }
      do {
        return try readFile(path)
      } catch {
        throw Self.refusal("the file of option \"\(keyword)\" cannot be read: \(error)")
      }
    }
    tls.certificateAuthority = try take("sslrootcert")
    tls.certificate = try take("sslcert")
    tls.key = try take("sslkey").map { Redacted($0) }
  }

  static func refusal(_ message: String) -> PostgresError {
    PostgresError(code: .invalidParameters, message: message)
  }
}
