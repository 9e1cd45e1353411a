/// What the webhook endpoint asks of the process.
package struct WebhookHandler: Sendable {
  let isReady: @Sendable () -> Bool
  let secret: @Sendable (WebhookTarget) async -> WebhookSecret?
  let reconcile: @Sendable (WebhookTarget) async -> Bool

  /// Puts the questions together.
  ///
  /// - Parameters:
  ///   - isReady: whether the resources are known yet.
  ///   - secret: what a caller for a resource must know; nil where there is no such resource, or it has no webhook.
  ///   - reconcile: asks for a look at a resource; false where that could not be done.
  package init(
    isReady: @escaping @Sendable () -> Bool,
    secret: @escaping @Sendable (WebhookTarget) async -> WebhookSecret?,
    reconcile: @escaping @Sendable (WebhookTarget) async -> Bool
  ) {
    self.isReady = isReady
    self.secret = secret
    self.reconcile = reconcile
  }
}
