/// What the webhook endpoint answers.
struct WebhookAnswer: Sendable, Equatable {
  let status: Int
  let text: String
  /// Whether the connection ends with it: there may be a body on the way that nobody reads.
  var closes = false
  var allowed: String?

  static let accepted = WebhookAnswer(status: 202, text: "accepted\n")
  static let pong = WebhookAnswer(status: 200, text: "pong\n")
  static let notFound = WebhookAnswer(status: 404, text: "not found: /hooks/NAMESPACE/NAME is here\n", closes: true)
  static let wrongMethod = WebhookAnswer(status: 405, text: "only POST\n", closes: true, allowed: "POST")
  static let tooSlow = WebhookAnswer(status: 408, text: "the body took too long\n", closes: true)
  static let broken = WebhookAnswer(status: 400, text: "the body is not complete\n", closes: true)
  static let tooLarge = WebhookAnswer(status: 413, text: "the body is too large\n", closes: true)
  static let notReady = WebhookAnswer(status: 503, text: "not ready yet, try again\n", closes: true)
  static let failed = WebhookAnswer(status: 503, text: "the API server did not take it, try again\n")
  /// The same for a wrong signature, for none, for a resource without a webhook and for none at all.
  static func refused(closes: Bool) -> WebhookAnswer {
    WebhookAnswer(status: 401, text: "no such webhook, or not signed with its secret\n", closes: closes)
  }
}
