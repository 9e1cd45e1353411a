package import Support

/// Who calls a webhook, and so how the call is proven.
package enum WebhookKind: String, Sendable, Hashable, CaseIterable {
  /// `X-Hub-Signature-256: sha256=`, HMAC-SHA256 over the body.
  case github
  /// `X-Gitlab-Token`: the token itself.
  case gitlab
  /// `X-Signature: sha256=`, HMAC-SHA256 over the body, as Flux's Receiver of type generic-hmac has it.
  case genericHMAC = "generic-hmac"

  /// The header that proves a call.
  var header: String {
    switch self {
    case .github: "X-Hub-Signature-256"
    case .gitlab: "X-Gitlab-Token"
    case .genericHMAC: "X-Signature"
    }
  }
}

/// The resource that a webhook is for.
package struct WebhookTarget: Sendable, Hashable {
  package let namespace: String
  package let name: String

  /// Names a resource.
  package init(namespace: String, name: String) {
    (self.namespace, self.name) = (namespace, name)
  }

  /// Reads `/hooks/NAMESPACE/NAME`; anything else is nil.
  init?(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[0].isEmpty, parts[1] == "hooks", Self.isName(parts[2]), Self.isName(parts[3]) else {
      return nil
    }
    self.init(namespace: String(parts[2]), name: String(parts[3]))
  }

  // A DNS subdomain, as Kubernetes' names are.
  private static func isName(_ text: Substring) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 }
  }
}

/// What a caller must know.
package struct WebhookSecret: Sendable {
  package let kind: WebhookKind
  package let token: Redacted<[UInt8]>

  /// A secret of a kind of caller.
  package init(kind: WebhookKind, token: Redacted<[UInt8]>) {
    (self.kind, self.token) = (kind, token)
  }
}
