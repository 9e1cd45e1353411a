internal import HTTP
internal import Support

/// A client certificate and its key, at least one of which lies in a file that is replaced while the process runs.
struct ClientCertificateFiles: Sendable {
  private let certificate: RefreshingFile?
  private let key: RefreshingFile?

  /// Nil if both are given in the configuration itself.
  init?(_ configuration: KubernetesConfiguration, time: TimeSource) {
    certificate = configuration.clientCertificateFile.map { RefreshingFile(path: $0, time: time) }
    key = configuration.clientKeyFile.map { RefreshingFile(path: $0, time: time) }
    if certificate == nil, key == nil { return nil }
  }

  /// Puts what the files hold into the settings.
  func fill(_ tls: inout TLSSettings) async throws(KubernetesError) {
    if let certificate { tls.clientCertificate = try await certificate.content() }
    if let key { tls.clientKey = Redacted(try await key.content()) }
  }

  /// Makes both be read again: of a pair that is being replaced, one may have been read before and one after.
  func invalidate() {
    certificate?.invalidate()
    key?.invalidate()
  }
}
