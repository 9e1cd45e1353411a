/// A Pod, as far as its log is concerned.
package struct Pod: KubernetesResource {
  package static let resource = ResourceKind(version: "v1", plural: "pods", kind: "Pod")

  package var metadata: ObjectMetadata
  /// The names of its containers, in order.
  package let containers: [String]

  package init(from decoder: any Decoder) throws {
    struct Spec: Decodable {
      struct Container: Decodable { var name: String }
      var containers: [Container]?
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    metadata = try container.decode(ObjectMetadata.self, forKey: .metadata)
    containers = (try container.decodeIfPresent(Spec.self, forKey: .spec)?.containers ?? []).map(\.name)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metadata, forKey: .metadata)
  }

  private enum CodingKeys: String, CodingKey { case metadata, spec }
}
