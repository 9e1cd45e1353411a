package import Support

/// Where a database is and who asks.
///
/// Printing it never shows the password.
package struct ConnectionParameters: Sendable, Equatable {
  /// A name, an address, or the folder of a Unix socket (begins with `/`).
  package var host: String
  /// 1 to 65535.
  package var port: Int
  /// The database.
  package var database: String
  /// The role.
  package var user: String
  /// The password, if the server wants one; `~/.pgpass` is not read.
  package var password: Redacted<String>?
  /// Encryption.
  package var tls: TLS
  /// Shown in `pg_stat_activity`; the server cuts it at 63 bytes.
  package var applicationName: String
  /// Bound on the whole attempt: resolving the name, every address, TLS, authentication.
  package var connectTimeout: Duration
  /// How long the server may take to answer a cancel request before the connection is given up.
  package var cancelTimeout: Duration = .seconds(30)

  /// Makes parameters; nothing is checked before `connect`.
  package init(
    host: String, port: Int = 5432, database: String, user: String, password: Redacted<String>? = nil, tls: TLS = TLS(),
    applicationName: String = "whimbrel", connectTimeout: Duration = .seconds(10)
  ) {
    self.host = host
    self.port = port
    self.database = database
    self.user = user
    self.password = password
    self.tls = tls
    self.applicationName = applicationName
    self.connectTimeout = connectTimeout
  }

  /// `host:port/database`, safe to show.
  package var targetIdentity: String {
    let shown = host.contains(":") ? "[\(host)]" : host
    return "\(shown):\(port)/\(database)"
  }
}

extension ConnectionParameters: CustomStringConvertible {
  /// User and target.
  package var description: String { "\(user)@\(targetIdentity)" }
}

extension ConnectionParameters {
  /// Refuses what libpq would misread: empty fields, NUL bytes, several hosts, an encrypted key.
  func validate() throws(PostgresError) {
    let fields = [
      ("host", host), ("database", database), ("user", user), ("password", password?.reveal() ?? ""),
      ("application name", applicationName), ("CA certificate", tls.certificateAuthority ?? ""),
      ("client certificate", tls.certificate ?? ""), ("client key", tls.key?.reveal() ?? ""),
    ]
    for (name, value) in fields where value.utf8.contains(0) {
      throw invalid("the \(name) contains a NUL byte; remove it")
    }
    for (name, value) in fields.prefix(3) where value.isEmpty {
      throw invalid("no \(name) is given; set it")
    }
    guard !host.contains(",") else {
      throw invalid("several hosts are given; name one, the coordinator")
    }
    guard (1...65535).contains(port) else {
      throw invalid("the port \(port) is not between 1 and 65535; correct it")
    }
    guard (tls.certificate == nil) == (tls.key == nil) else {
      throw invalid("client certificate and key must both be given; add the one that is missing")
    }
    guard tls.key?.reveal().contains("ENCRYPTED") != true else {
      throw invalid("the client key is encrypted; give it decrypted")
    }
  }

  private func invalid(_ message: String) -> PostgresError {
    PostgresError(code: .invalidParameters, message: message, target: targetIdentity)
  }
}
