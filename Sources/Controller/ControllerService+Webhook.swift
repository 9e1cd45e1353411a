package import Kubernetes
internal import Logging
package import Support

/// What a caller of a resource's webhook must know.
package struct WebhookRegistration: Sendable {
  /// `spec.webhook.type`.
  package let type: String
  package let token: Redacted<[UInt8]>
}

// Webhooks are taken by every replica: each knows the resources, and asks for a look by an annotation that the leader sees.
extension ControllerService {
  /// Whether resources and Secrets are known, so that a webhook can be told from none.
  package var knowsWebhooks: Bool { resources.hasSynced && secrets.hasSynced }

  /// The webhook of a resource; nil where there is no such resource, or it has none that can be used.
  package func webhook(of key: ObjectKey) async -> WebhookRegistration? {
    guard let object = resources.store[key], object.metadata.deletionTimestamp == nil,
      let webhook = object.spec?.webhook,
      webhook.problems.isEmpty
    else { return nil }
    let secret = ObjectKey(namespace: key.namespace, name: webhook.secretRef.name)
    guard let version = secrets.store[secret]?.metadata.resourceVersion,
      let token = await webhookTokens.token(of: secret, version: version)
    else { return nil }
    return WebhookRegistration(type: webhook.type, token: token)
  }

  /// Asks for a look at a resource, by its annotation; false where that could not be written.
  package func requestLook(at key: ObjectKey) async -> Bool {
    // Two replicas may be called in the same microsecond, and each call is to be a value of its own.
    let token = "\(WallClock.system.now().rfc3339Microseconds)-\(String(UInt32.random(in: .min ... .max), radix: 16))"
    let patch = #"{"metadata": {"annotations": {"\#(CitusMigration.Annotation.reconcile.rawValue)": "\#(token)"}}}"#
    do throws(KubernetesError) {
      _ = try await client.patch(
        CitusMigration.self, name: key.name, namespace: key.namespace, patch: .merge(Array(patch.utf8)))
      return true
    } catch {
      logger.warning(
        "a webhook could not ask for a look", metadata: ["resource": "\(key)", "error": "\(error.message)"])
      return false
    }
  }
}
