/// A Namespace.
package struct Namespace: KubernetesResource {
  package static let resource = ResourceKind(
    version: "v1", plural: "namespaces", kind: "Namespace", isNamespaced: false)

  package var metadata: ObjectMetadata

  /// Makes a Namespace.
  package init(metadata: ObjectMetadata) {
    self.metadata = metadata
  }
}
