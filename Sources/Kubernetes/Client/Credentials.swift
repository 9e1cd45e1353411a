internal import HTTP
internal import Logging
internal import Support

/// What a request carries to be trusted, and trusts itself; read again where it lies in files, made again where a plugin
/// makes it.
struct Credentials: Sendable {
  /// What one request is sent with.
  struct Current: Sendable {
    var tls: TLSSettings
    var headers: [(String, String)] = []
    /// Which of a plugin's credentials it is.
    var generation: Int?
  }

  private let configuration: KubernetesConfiguration
  private let tokenFile: RefreshingFile?
  private let authorityFile: RefreshingFile?
  private let certificateFiles: ClientCertificateFiles?
  private let plugin: ExecCredentials?

  init(_ configuration: KubernetesConfiguration, time: TimeSource, wallClock: WallClock, logger: Logger) {
    self.configuration = configuration
    authorityFile = configuration.certificateAuthorityFile.map { RefreshingFile(path: $0, time: time) }
    certificateFiles = ClientCertificateFiles(configuration, time: time)
    switch configuration.authentication {
    case .tokenFile(let path):
      tokenFile = RefreshingFile(path: path, time: time)
      plugin = nil
    case .exec(let exec):
      tokenFile = nil
      plugin = ExecCredentials(exec, time: time, wallClock: wallClock, logger: logger)
    case .none, .token:
      tokenFile = nil
      plugin = nil
    }
  }

  /// Whether another look may help after the server, or the TLS handshake, has refused.
  var canRefresh: Bool { tokenFile != nil || plugin != nil || certificateFiles != nil || authorityFile != nil }

  /// Makes the next look a fresh one, because of a refusal.
  func invalidate(_ refused: Current?) {
    tokenFile?.invalidate()
    certificateFiles?.invalidate()
    authorityFile?.invalidate()
    if let generation = refused?.generation { plugin?.refuse(generation) }
  }

  /// What to send a request with.
  ///
  /// - Parameter limit: how long it may take if a plugin has to run first.
  func current(within limit: Duration) async throws(KubernetesError) -> Current {
    var current = Current(tls: configuration.tls)
    if let authorityFile { current.tls.certificateAuthority = try await authorityFile.content() }
    if let certificateFiles { try await certificateFiles.fill(&current.tls) }
    var token = try await token()
    if let plugin {
      let (credential, generation) = try await plugin.current(within: limit)
      token = credential.token
      current.tls.clientCertificate = credential.certificate
      current.tls.clientKey = credential.key
      current.generation = generation
    }
    if let token { current.headers.append(("Authorization", "Bearer \(token.reveal())")) }
    current.headers += impersonation
    return current
  }

  private var impersonation: [(String, String)] {
    guard let impersonation = configuration.impersonation else { return [] }
    var headers = [("Impersonate-User", impersonation.user)]
    if let uid = impersonation.uid { headers.append(("Impersonate-Uid", uid)) }
    headers += impersonation.groups.map { ("Impersonate-Group", $0) }
    for (name, values) in impersonation.extra.sorted(by: { $0.key < $1.key }) {
      headers += values.map { ("Impersonate-Extra-\(ResourcePath.encoded(name))", $0) }
    }
    return headers
  }

  private func token() async throws(KubernetesError) -> Redacted<String>? {
    switch configuration.authentication {
    case .none, .exec: return nil
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
