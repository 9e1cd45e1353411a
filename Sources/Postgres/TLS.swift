package import Support

/// How a connection is encrypted and who is believed.
package struct TLS: Sendable, Equatable {
  /// libpq's `sslmode` values.
  package enum Mode: String, Sendable, CaseIterable {
    /// Never encrypted.
    case disable
    /// Encrypted only if the server insists.
    case allow
    /// Encrypted if the server can (libpq's default).
    case prefer
    /// Encrypted, whoever the server is.
    case require
    /// Encrypted, and the server's certificate is signed by the authority.
    case verifyCA = "verify-ca"
    /// Encrypted, signed, and issued for the host's name.
    case verifyFull = "verify-full"
  }

  /// How far encryption and verification go.
  package var mode: Mode
  /// The authorities' certificates as PEM text; nil means the system's own store where the mode verifies.
  package var certificateAuthority: String?
  /// The client's certificate, with its chain, as PEM text.
  package var certificate: String?
  /// The client's private key as PEM text, not encrypted.
  package var key: Redacted<String>?

  /// Makes settings; the default is libpq's own.
  package init(
    mode: Mode = .prefer, certificateAuthority: String? = nil, certificate: String? = nil, key: Redacted<String>? = nil
  ) {
    self.mode = mode
    self.certificateAuthority = certificateAuthority
    self.certificate = certificate
    self.key = key
  }
}
