internal import HTTP
internal import Support

/// What a request carries to be trusted, and trusts itself; read again where it lies in files.
struct Credentials: Sendable {
  private let configuration: KubernetesConfiguration
  private let tokenFile: RefreshingFile?
  private let authorityFile: RefreshingFile?

  init(_ configuration: KubernetesConfiguration, time: TimeSource) {
    self.configuration = configuration
    authorityFile = configuration.certificateAuthorityFile.map { RefreshingFile(path: $0, time: time) }
    if case .tokenFile(let path) = configuration.authentication {
      tokenFile = RefreshingFile(path: path, time: time)
    } else {
      tokenFile = nil
    }
  }

  /// Whether reading again may help after a 401.
  var canRefresh: Bool { tokenFile != nil }

  func invalidate() {
    tokenFile?.invalidate()
  }

  func tls() async throws(KubernetesError) -> TLSSettings {
    var tls = configuration.tls
    if let authorityFile { tls.certificateAuthority = try await authorityFile.content() }
    return tls
  }

  func headers() async throws(KubernetesError) -> [(String, String)] {
    var headers: [(String, String)] = []
    if let token = try await token() { headers.append(("Authorization", "Bearer \(token.reveal())")) }
    if let impersonation = configuration.impersonation {
      headers.append(("Impersonate-User", impersonation.user))
      if let uid = impersonation.uid { headers.append(("Impersonate-Uid", uid)) }
      headers += impersonation.groups.map { ("Impersonate-Group", $0) }
    }
    return headers
  }

  private func token() async throws(KubernetesError) -> Redacted<String>? {
    switch configuration.authentication {
    case .none: return nil
    case .token(let token): return token
    case .tokenFile(let path):
      guard let content = try await tokenFile?.content() else { return nil }
      let token = String(decoding: content, as: UTF8.self).filter { !$0.isWhitespace }
      guard !token.isEmpty else {
        throw KubernetesError(
          code: .configuration, message: "the token file \(path) is empty; put a bearer token into it")
      }
      return Redacted(token)
    }
  }
}
