internal import Support

/// Who a bearer token belongs to, as the API server says.
package struct ReviewedUser: Sendable, Hashable, Codable {
  package var username: String
  package var uid: String?
  package var groups: [String]?
  package var extra: [String: [String]]?
}

/// Asks whom a token belongs to (`authentication.k8s.io/v1`).
///
/// It is answered at once and never stored.
struct TokenReview: KubernetesResource {
  static let resource = ResourceKind(
    group: "authentication.k8s.io", version: "v1", plural: "tokenreviews", kind: "TokenReview", isNamespaced: false)

  struct Spec: Codable, Sendable {
    var token: String
  }

  struct Status: Codable, Sendable {
    /// Nil where the token is nobody's: the server sends a user without a name then.
    var user: ReviewedUser?

    private enum CodingKeys: String, CodingKey { case authenticated, user }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      guard try container.decodeIfPresent(Bool.self, forKey: .authenticated) == true else { return }
      user = try container.decode(ReviewedUser.self, forKey: .user)
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(user != nil, forKey: .authenticated)
      try container.encodeIfPresent(user, forKey: .user)
    }
  }

  var metadata: ObjectMetadata
  var spec: Spec?
  var status: Status?

  init(token: Redacted<String>) {
    metadata = ObjectMetadata(name: "")
    spec = Spec(token: token.reveal())
  }
}

/// Asks whether a user may do something (`authorization.k8s.io/v1`).
///
/// It is answered at once and never stored.
struct SubjectAccessReview: KubernetesResource {
  static let resource = ResourceKind(
    group: "authorization.k8s.io", version: "v1", plural: "subjectaccessreviews", kind: "SubjectAccessReview",
    isNamespaced: false)

  struct Spec: Codable, Sendable {
    struct Attributes: Codable, Sendable {
      var namespace: String?
      var verb: String
      var group: String
      var resource: String
    }

    var user: String
    var uid: String?
    var groups: [String]?
    var extra: [String: [String]]?
    var resourceAttributes: Attributes
  }

  struct Status: Codable, Sendable {
    var allowed: Bool
  }

  var metadata: ObjectMetadata
  var spec: Spec
  var status: Status?

  init(_ user: ReviewedUser, _ attributes: Spec.Attributes) {
    metadata = ObjectMetadata(name: "")
    spec = Spec(
      user: user.username, uid: user.uid, groups: user.groups, extra: user.extra, resourceAttributes: attributes)
  }
}
