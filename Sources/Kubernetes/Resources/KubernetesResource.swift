/// A type of object in the API.
///
/// Only the parts that Whimbrel uses are decoded; `apiVersion` and `kind` are added on the way out. To change an object
/// that others write to as well, use a patch: replacing it would drop the parts that were not decoded.
package protocol KubernetesResource: Codable, Sendable {
  /// What the type is called in the API.
  static var resource: ResourceKind { get }
  /// Whether only the metadata of the objects is asked for; false unless the type says so.
  static var isMetadataOnly: Bool { get }
  /// Name, namespace, version and what else every object has.
  var metadata: ObjectMetadata { get set }
}

extension KubernetesResource {
  /// Whole objects.
  package static var isMetadataOnly: Bool { false }
  /// Namespace and name.
  package var key: ObjectKey { ObjectKey(namespace: metadata.namespace, name: metadata.name) }
}

/// Namespace and name of an object.
package struct ObjectKey: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The namespace; nil for objects outside of namespaces.
  package let namespace: String?
  /// The name.
  package let name: String

  /// Names an object.
  package init(namespace: String?, name: String) {
    self.namespace = namespace
    self.name = name
  }

  /// `namespace/name`, or the name alone.
  package var description: String { namespace.map { "\($0)/\(name)" } ?? name }

  package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
  }
}

/// An object as it goes out: with `apiVersion` and `kind`.
struct OutgoingObject<Resource: KubernetesResource>: Encodable {
  let object: Resource

  private enum CodingKeys: String, CodingKey { case apiVersion, kind }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Resource.resource.apiVersion, forKey: .apiVersion)
    try container.encode(Resource.resource.kind, forKey: .kind)
    try object.encode(to: encoder)
  }
}
