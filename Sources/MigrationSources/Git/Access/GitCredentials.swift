package import Support

/// What proves the right to read a repository, and which server to believe.
package struct GitCredentials: Sendable, Equatable {
  /// How the right is proved.
  enum Proof: Sendable, Equatable {
    case none
    case basic(username: String, password: Redacted<String>)
    case bearer(Redacted<String>)
    case identity(Redacted<String>, passphrase: Redacted<String>?)
  }

  var proof: Proof = .none
  /// PEM: the authorities that a server of https may be certified by, instead of the system's.
  var authority: String?
  /// The keys of servers of ssh.
  var knownHosts: String?

  /// For a repository that everybody may read, over https.
  package static let anonymous = GitCredentials()

  private init() {}

  /// Reads the keys of a Secret, which are Flux's: `username` and `password`, or `bearerToken`, and `ca.crt` or `caFile`
  /// for https; `identity`, `known_hosts`, and `password` of the identity for ssh.
  /// - Throws: `authenticationFailed`, with the key that is missing or wrong; never with a value.
  package init(_ values: [String: Redacted<String>], for url: GitURL) throws(SourceError) {
    switch url.scheme {
    case .https: try self.init(https: values)
    case .ssh: try self.init(ssh: values)
    }
  }

  private init(https values: [String: Redacted<String>]) throws(SourceError) {
    authority = (values["ca.crt"] ?? values["caFile"])?.reveal()
    if let authority, !authority.contains("-----BEGIN CERTIFICATE-----") {
      throw Self.wrong("'ca.crt' holds no certificate in PEM")
    }
    switch (values["username"], values["password"], values["bearerToken"].map(Self.trimmed)) {
    case (nil, nil, nil): proof = .none
    case (nil, nil, let token?):
      guard Self.isToken(token.reveal()) else { throw Self.wrong("'bearerToken' holds a character that no token has") }
      proof = .bearer(token)
    case (let username?, let password?, nil):
      // RFC 7617: the name ends at the first colon.
      guard !username.reveal().contains(":"), Self.isPlain(username.reveal()), Self.isPlain(password.reveal()) else {
        throw Self.wrong("'username' holds a colon, or one of 'username' and 'password' a control character")
      }
      proof = .basic(username: username.reveal(), password: password)
    case (_, _, nil): throw Self.wrong("'username' and 'password' go together, and one of them is missing")
    case (_, _, _?): throw Self.wrong("it has 'bearerToken' and also 'username' or 'password'; leave one kind out")
    }
  }

  private init(ssh values: [String: Redacted<String>]) throws(SourceError) {
    guard let hosts = values["known_hosts"]?.reveal(), hosts.contains(where: { !$0.isWhitespace }) else {
      throw Self.wrong("'known_hosts' is missing, without which no server can be told from another (ssh-keyscan HOST)")
    }
    guard let identity = values["identity"], identity.reveal().contains("-----BEGIN ") else {
      throw Self.wrong("'identity' is missing, or is no private key")
    }
    if let passphrase = values["password"], !Self.isPlain(passphrase.reveal()) {
      throw Self.wrong("'password', the passphrase of the identity, holds a control character")
    }
    knownHosts = hosts
    // OpenSSH refuses a key whose last line has no end.
    proof = .identity(Redacted(Self.trimmed(identity).reveal() + "\n"), passphrase: values["password"])
  }

  /// Everything that is in use, for telling one access from another.
  var canonical: Redacted<[UInt8]> {
    let parts: [String?] =
      switch proof {
      case .none: ["none"]
      case .basic(let username, let password): ["basic", username, password.reveal()]
      case .bearer(let token): ["bearer", token.reveal()]
      case .identity(let key, let passphrase): ["identity", key.reveal(), passphrase?.reveal()]
      }
    let all = parts + [authority, knownHosts]
    // Each part is preceded by its length, so that no two sets of parts give the same bytes.
    return Redacted(all.flatMap { Array("\($0.map { $0.utf8.count } ?? -1):\($0 ?? "")".utf8) })
  }

  /// Texts that are shown nowhere, although a server may send them back.
  var secrets: [String] {
    switch proof {
    case .none: []
    case .basic(_, let password): [password.reveal(), GitAccess.basic(proof) ?? ""]
    case .bearer(let token): [token.reveal()]
    case .identity(_, let passphrase): [passphrase?.reveal() ?? ""]
    }
  }

  private static func trimmed(_ text: Redacted<String>) -> Redacted<String> {
    let characters = text.reveal().drop { $0.isWhitespace }
    guard let last = characters.lastIndex(where: { !$0.isWhitespace }) else { return Redacted("") }
    return Redacted(String(characters[...last]))
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.count <= 4096 && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 16384 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }

  private static func wrong(_ what: String) -> SourceError {
    SourceError(.authenticationFailed, "the Secret of spec.migrations.git.secretRef cannot be used: \(what)")
  }
}
