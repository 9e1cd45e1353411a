internal import FoundationEssentials

extension KubernetesClient {
  /// Creates an object and returns it as stored.
  ///
  /// - Throws: `KubernetesError`, `alreadyExists` if the name is taken.
  package func create<Resource: KubernetesResource>(_ object: Resource) async throws(KubernetesError) -> Resource {
    _ = try checked(Resource.self, object.metadata.generateName ?? object.metadata.name, object.metadata.namespace)
    let call = APICall(
      "create", "POST", Resource.self, namespace: object.metadata.namespace,
      query: [("fieldManager", fieldManager)], totalTimeout: limits.requestTimeout)
    return try await self.object(call.with(json: try ObjectCoding.encode(OutgoingObject(object: object))))
  }

  /// Replaces an object and returns it as stored: compare and swap by `metadata.resourceVersion`.
  ///
  /// - Throws: `KubernetesError`: `conflict` if the object has changed since that version; `badRequest` without one.
  package func replace<Resource: KubernetesResource>(
    _ object: Resource, subresource: String? = nil
  ) async throws(KubernetesError) -> Resource {
    let name = try checked(Resource.self, object.metadata.name, object.metadata.namespace)
    guard let version = object.metadata.resourceVersion, !version.isEmpty else {
      throw KubernetesError(
        code: .badRequest, message: "replace \(object.key): without a resourceVersion it would overwrite blindly")
    }
    let call = APICall(
      "replace", "PUT", Resource.self, namespace: object.metadata.namespace, name: name, subresource: subresource,
      query: [("fieldManager", fieldManager)], totalTimeout: limits.requestTimeout)
    return try await self.object(call.with(json: try ObjectCoding.encode(OutgoingObject(object: object))))
  }

  /// Patches an object, or a part of it such as `status`, and returns it as stored.
  ///
  /// - Throws: `KubernetesError`: `conflict` if an apply without force meets fields of another manager.
  package func patch<Resource: KubernetesResource>(
    _ type: Resource.Type, name: String, namespace: String? = nil, patch: Patch, subresource: String? = nil
  ) async throws(KubernetesError) -> Resource {
    let query: [(String, String?)] = [
      ("fieldManager", patch.fieldManager ?? fieldManager), ("force", patch.force.map { $0 ? "true" : "false" }),
    ]
    let call = APICall(
      "patch", "PATCH", type, namespace: namespace, name: try checked(type, name, namespace), subresource: subresource,
      query: query,
      totalTimeout: limits.requestTimeout)
    return try await object(call.with(json: patch.body, contentType: patch.contentType))
  }

  /// How the objects that belong to a deleted one go.
  package enum Propagation: String, Sendable, Encodable {
    /// After it.
    case background = "Background"
    /// Before it.
    case foreground = "Foreground"
    /// Not at all.
    case orphan = "Orphan"
  }

  /// Deletes an object; with finalizers it stays until they are gone.
  ///
  /// - Parameters:
  ///   - uid: the identity that it must have, so that no later object of the same name is hit.
  ///   - resourceVersion: the version that it must have.
  /// - Throws: `KubernetesError`: `notFound`, or `conflict` if identity or version differ.
  package func delete<Resource: KubernetesResource>(
    _ type: Resource.Type, name: String, namespace: String? = nil, uid: String? = nil, resourceVersion: String? = nil,
    propagation: Propagation = .background
  ) async throws(KubernetesError) {
    let options = DeleteOptions(
      preconditions: DeleteOptions.Preconditions(uid: uid, resourceVersion: resourceVersion),
      propagationPolicy: propagation)
    let call = APICall(
      "delete", "DELETE", type, namespace: namespace, name: try checked(type, name, namespace),
      totalTimeout: limits.requestTimeout)
    _ = try await body(call.with(json: try ObjectCoding.encode(options)), limit: limits.objectBytes)
  }

  private struct DeleteOptions: Encodable {
    struct Preconditions: Encodable {
      let uid: String?
      let resourceVersion: String?
    }

    let apiVersion = "v1"
    let kind = "DeleteOptions"
    let preconditions: Preconditions
    let propagationPolicy: Propagation
  }
}
