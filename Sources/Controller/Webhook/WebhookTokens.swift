internal import Kubernetes
internal import Logging
internal import Support

/// The tokens of webhooks: read when a call needs one, and kept until the Secret has another version.
///
/// So a call costs no request to the API server, whoever makes it, and takes the same time whether there is a webhook or not.
final class WebhookTokens: Sendable {
  static let key = "token"
  /// Shorter ones can be tried out.
  static let leastBytes = 16

  private struct Entry: Sendable {
    let version: String
    /// Nil where the Secret has none that can be used.
    let token: Redacted<[UInt8]>?
  }

  private static let limit = 1000

  private let client: KubernetesClient
  private let logger: Logger
  private let entries = Guarded<[ObjectKey: Entry]>([:])

  init(client: KubernetesClient, logger: Logger) {
    self.client = client
    self.logger = logger
  }

  /// The token of a Secret, of which `version` is what was seen last; nil where it has none.
  func token(of secret: ObjectKey, version: String) async -> Redacted<[UInt8]>? {
    if let entry = entries.withLock({ $0[secret] }), entry.version == version { return entry.token }
    do throws(KubernetesError) {
      let object = try await client.get(Secret.self, name: secret.name, namespace: secret.namespace)
      let token = object.data[Self.key]
      let isUsable = (token?.reveal().count ?? 0) >= Self.leastBytes
      if !isUsable {
        logger.warning(
          "a webhook cannot be used: its Secret needs a key '\(Self.key)' of at least \(Self.leastBytes) bytes",
          metadata: ["secret": "\(secret)"])
      }
      let entry = Entry(version: object.metadata.resourceVersion ?? version, token: isUsable ? token : nil)
      entries.withLock { entries in
        if entries.count >= Self.limit { entries.removeAll() }
        entries[secret] = entry
      }
      return entry.token
    } catch {
      logger.warning(
        "a webhook cannot be used: its Secret cannot be read",
        metadata: ["secret": "\(secret)", "error": "\(error.message)"])
      return nil
    }
  }
}
