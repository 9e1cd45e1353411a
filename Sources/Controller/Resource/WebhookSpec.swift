/// Who may ask for a look by a webhook.
package struct WebhookSpec: Codable, Sendable, Equatable {
  /// `github`, `gitlab` or `generic-hmac`.
  package var type: String
  package var secretRef: SecretReference

  /// A Secret in the resource's own namespace; its key `token` counts.
  package struct SecretReference: Codable, Sendable, Equatable {
    package var name: String
  }

  /// The types that there are.
  static let types = ["github", "gitlab", "generic-hmac"]

  /// Makes a webhook.
  package init(type: String, secretRef: SecretReference) {
    (self.type, self.secretRef) = (type, secretRef)
  }

  /// What of the schema's rules it breaks.
  var problems: [String] {
    var problems: [String] = []
    if !Self.types.contains(type) {
      problems.append("spec.webhook.type: must be one of \(Self.types.joined(separator: ", "))")
    }
    if secretRef.name.isEmpty { problems.append("spec.webhook.secretRef.name: must not be empty") }
    return problems
  }
}
