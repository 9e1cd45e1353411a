/// What went wrong between Whimbrel and the Kubernetes API, and what to do next.
///
/// No text in it holds a token, a key or the content of a Secret.
package struct KubernetesError: Error, Sendable, Equatable {
  /// The kind of failure.
  package let code: Code
  /// What happened, where, and what to do next: safe to show.
  package let message: String
  /// The HTTP status, where the server answered.
  package let status: Int?
  /// The `reason` of the server's Status object, such as `AlreadyExists`.
  package let reason: String?
  /// The single complaints of the server's Status object, such as fields that are not valid.
  package let causes: [Cause]
  /// How long the server asks to wait before another attempt.
  package let retryAfter: Duration?
  /// Whether the same request may succeed later although nobody changes anything.
  package let isTransient: Bool

  /// One complaint of the server.
  package struct Cause: Sendable, Hashable {
    /// A machine-readable reason, such as `FieldValueRequired`.
    package let reason: String
    /// The field at fault, such as `spec.leaseDurationSeconds`; may be empty.
    package let field: String
    /// The server's words.
    package let message: String

    /// Describes a complaint.
    package init(reason: String, field: String, message: String) {
      self.reason = reason
      self.field = field
      self.message = message
    }
  }

  /// Makes an error; `isTransient` follows from the code unless it is given.
  package init(
    code: Code, message: String, status: Int? = nil, reason: String? = nil, causes: [Cause] = [],
    retryAfter: Duration? = nil, isTransient: Bool? = nil
  ) {
    self.code = code
    self.message = message
    self.status = status
    self.reason = reason
    self.causes = causes
    self.retryAfter = retryAfter
    self.isTransient = isTransient ?? code.isTransient
  }
}

extension KubernetesError: CustomStringConvertible {
  /// The message.
  package var description: String { message }
}

extension KubernetesError {
  /// The kind of a failure; a struct, so that kinds can be added without breaking a switch.
  package struct Code: Sendable, Hashable, CustomStringConvertible {
    private enum Kind: String {
      case badRequest, notFound, conflict, alreadyExists, gone, unauthorized, forbidden, invalid, tooManyRequests
      case server, transport, decoding, configuration, credentials, cancelled, leaseLost
    }
    private let kind: Kind

    /// 400 and other refusals of the request as such.
    package static let badRequest = Code(kind: .badRequest)
    /// 404: the object, or its whole kind, is not there.
    package static let notFound = Code(kind: .notFound)
    /// 409: someone else has changed the object, or owns the field.
    package static let conflict = Code(kind: .conflict)
    /// 409 with reason `AlreadyExists`.
    package static let alreadyExists = Code(kind: .alreadyExists)
    /// 410: the resource version or the continue token is too old, or ahead of the server.
    package static let gone = Code(kind: .gone)
    /// 401: the credentials are missing, wrong or expired.
    package static let unauthorized = Code(kind: .unauthorized)
    /// 403: the credentials do not allow this.
    package static let forbidden = Code(kind: .forbidden)
    /// 422: the object is not valid; `causes` names the fields.
    package static let invalid = Code(kind: .invalid)
    /// 429: the server asks to slow down.
    package static let tooManyRequests = Code(kind: .tooManyRequests)
    /// 5xx.
    package static let server = Code(kind: .server)
    /// No complete answer arrived.
    package static let transport = Code(kind: .transport)
    /// An answer arrived that is not what the API promises, or is too large.
    package static let decoding = Code(kind: .decoding)
    /// The kubeconfig, or a file that it names, cannot be used.
    package static let configuration = Code(kind: .configuration)
    /// The credential plugin of the kubeconfig made nothing that can be used.
    package static let credentials = Code(kind: .credentials)
    /// The task was cancelled.
    package static let cancelled = Code(kind: .cancelled)
    /// The lease was held and is not any longer.
    package static let leaseLost = Code(kind: .leaseLost)

    /// The name of the code.
    package var description: String { kind.rawValue }

    fileprivate var isTransient: Bool {
      switch kind {
      case .conflict, .gone, .tooManyRequests, .server, .transport, .leaseLost: true
      case .badRequest, .notFound, .alreadyExists, .unauthorized, .forbidden, .invalid, .decoding, .configuration,
        .credentials, .cancelled:
        false
      }
    }
  }
}
