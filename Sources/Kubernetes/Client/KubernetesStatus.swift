/// The Status object with which the API server explains a failure (`k8s.io/apimachinery/pkg/apis/meta/v1.Status`).
struct KubernetesStatus: Decodable, Sendable {
  struct Details: Decodable, Sendable {
    var retryAfterSeconds: Int64?
    var causes: [Cause]?
  }

  struct Cause: Decodable, Sendable {
    var reason: String?
    var field: String?
    var message: String?
  }

  var code: Int?
  var reason: String?
  var message: String?
  var details: Details?
}

extension KubernetesError {
  /// An error out of the server's answer.
  ///
  /// - Parameters:
  ///   - status: the HTTP status, or the code within a watch's ERROR event.
  ///   - call: what was asked, such as `get configmaps dev/app`.
  ///   - access: what RBAC has to grant for it.
  init(
    status code: Int, object: KubernetesStatus?, retryAfter header: Duration?, call: String, access: AccessRule? = nil
  ) {
    let reason = object?.reason.flatMap { $0.isEmpty ? nil : $0 }
    let causes = (object?.details?.causes ?? []).map {
      Cause(reason: $0.reason ?? "", field: $0.field ?? "", message: $0.message ?? "")
    }
    let isAhead = causes.contains { $0.reason == "ResourceVersionTooLarge" }
    let kind = isAhead ? Code.gone : Code(status: code, reason: reason)
    let words = object?.message.flatMap { $0.isEmpty ? nil : $0 } ?? "HTTP status \(code)"
    let text = words.count > 2000 ? words.prefix(2000) + "…" : words[...]
    let seconds = object?.details?.retryAfterSeconds.flatMap { $0 > 0 ? $0 : nil }
    self.init(
      code: kind, message: "\(call): \(text)\(Self.advice(kind, access))", status: code, reason: reason, causes: causes,
      retryAfter: header ?? seconds.map { .seconds($0) })
  }

  private static func advice(_ code: Code, _ access: AccessRule?) -> String {
    switch code {
    case .unauthorized: "; check that the credentials are still valid"
    case .forbidden: "; \(access?.advice ?? "grant this to the identity that is used")"
    default: ""
    }
  }
}

extension KubernetesError.Code {
  fileprivate init(status: Int, reason: String?) {
    switch (status, reason) {
    case (_, "Expired"), (410, _): self = .gone
    case (_, "AlreadyExists"): self = .alreadyExists
    case (401, _): self = .unauthorized
    case (403, _): self = .forbidden
    case (404, _): self = .notFound
    case (409, _): self = .conflict
    case (422, _): self = .invalid
    case (429, _): self = .tooManyRequests
    case (500..., _): self = .server
    default: self = .badRequest
    }
  }
}
