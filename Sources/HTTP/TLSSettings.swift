package import Support

/// How a request trusts its server and identifies itself, with all certificates in memory.
package struct TLSSettings: Sendable, Equatable {
  /// The certificates to trust, PEM; they replace the system's store, which nil means.
  package var certificateAuthority: [UInt8]?
  /// The client's certificate and its chain, PEM.
  package var clientCertificate: [UInt8]?
  /// The private key of the client's certificate, PEM, not encrypted.
  package var clientKey: Redacted<[UInt8]>?
  /// The name that the server's certificate must carry, where it differs from the host of the URL (SNI uses it too).
  package var serverName: String?
  /// Whether the chain and the host name are verified; without it anyone on the path can read and change everything.
  package var verify: Bool

  /// Makes settings; without arguments: the system's store, no client certificate, full verification.
  package init(
    certificateAuthority: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: Redacted<[UInt8]>? = nil,
    serverName: String? = nil, verify: Bool = true
  ) {
    self.certificateAuthority = certificateAuthority
    self.clientCertificate = clientCertificate
    self.clientKey = clientKey
    self.serverName = serverName
    self.verify = verify
  }
}
