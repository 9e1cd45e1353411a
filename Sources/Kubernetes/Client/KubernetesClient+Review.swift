package import Support

extension KubernetesClient {
  /// Whom a bearer token belongs to; nil where the API server does not know it.
  ///
  /// - Throws: `KubernetesError`: `forbidden` without the right to create `tokenreviews`.
  package func user(of token: Redacted<String>) async throws(KubernetesError) -> ReviewedUser? {
    try await review(TokenReview(token: token)).status?.user
  }

  /// Whether a user may list a type of object in a namespace, or in all of them where it is nil.
  ///
  /// - Throws: `KubernetesError`: `forbidden` without the right to create `subjectaccessreviews`.
  package func mayList<Resource: KubernetesResource>(
    _ type: Resource.Type, namespace: String?, _ user: ReviewedUser
  ) async throws(KubernetesError) -> Bool {
    let kind = Resource.resource
    let attributes = SubjectAccessReview.Spec.Attributes(
      namespace: namespace, verb: "list", group: kind.group, resource: kind.plural)
    return try await review(SubjectAccessReview(user, attributes)).status?.allowed == true
  }

  // A review has no name, and makes nothing: asked again it says the same.
  private func review<Review: KubernetesResource>(_ review: Review) async throws(KubernetesError) -> Review {
    let call = APICall("create", "POST", Review.self, namespace: nil, totalTimeout: limits.requestTimeout)
    return try await object(call.with(json: try ObjectCoding.encode(OutgoingObject(object: review))))
  }
}
