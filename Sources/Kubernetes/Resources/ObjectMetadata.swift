/// The metadata of an object.
///
/// `managedFields` and the annotation `kubectl.kubernetes.io/last-applied-configuration` are never decoded: they are
/// often larger than the object itself.
package struct ObjectMetadata: Sendable, Hashable, Codable {
  /// The name; empty while `generateName` is to make one.
  package var name: String
  /// The prefix of a name that the server completes, or nil.
  package var generateName: String?
  /// The namespace, or nil.
  package var namespace: String?
  /// The identity of this very object; another object of the same name has another one.
  package var uid: String?
  /// The version of the content, opaque.
  package var resourceVersion: String?
  /// Counts changes of the spec.
  package var generation: Int64?
  /// When the object was created, RFC 3339.
  package var creationTimestamp: String?
  /// When deletion was asked for, RFC 3339; nil while the object is not being deleted.
  package var deletionTimestamp: String?
  /// Labels.
  package var labels: [String: String]
  /// Annotations.
  package var annotations: [String: String]
  /// What must happen before the object goes.
  package var finalizers: [String]
  /// The objects that this one goes with.
  package var ownerReferences: [OwnerReference]

  /// Makes metadata for a new object.
  package init(
    name: String, namespace: String? = nil, labels: [String: String] = [:], annotations: [String: String] = [:],
    finalizers: [String] = [], ownerReferences: [OwnerReference] = []
  ) {
    self.name = name
    self.namespace = namespace
    self.labels = labels
    self.annotations = annotations
    self.finalizers = finalizers
    self.ownerReferences = ownerReferences
  }

  static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    generateName = try container.decodeIfPresent(String.self, forKey: .generateName)
    namespace = try container.decodeIfPresent(String.self, forKey: .namespace)
    uid = try container.decodeIfPresent(String.self, forKey: .uid)
    resourceVersion = try container.decodeIfPresent(String.self, forKey: .resourceVersion)
    generation = try container.decodeIfPresent(Int64.self, forKey: .generation)
    creationTimestamp = try container.decodeIfPresent(String.self, forKey: .creationTimestamp)
    deletionTimestamp = try container.decodeIfPresent(String.self, forKey: .deletionTimestamp)
    labels = try container.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
    annotations = try container.decodeIfPresent([String: String].self, forKey: .annotations) ?? [:]
    annotations[Self.lastApplied] = nil
    // A dictionary keeps its room when it is emptied.
    if annotations.isEmpty { annotations = [:] }
    finalizers = try container.decodeIfPresent([String].self, forKey: .finalizers) ?? []
    ownerReferences = try container.decodeIfPresent([OwnerReference].self, forKey: .ownerReferences) ?? []
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if !name.isEmpty { try container.encode(name, forKey: .name) }
    try container.encodeIfPresent(generateName, forKey: .generateName)
    try container.encodeIfPresent(namespace, forKey: .namespace)
    try container.encodeIfPresent(uid, forKey: .uid)
    try container.encodeIfPresent(resourceVersion, forKey: .resourceVersion)
    try container.encodeIfPresent(generation, forKey: .generation)
    try container.encodeIfPresent(creationTimestamp, forKey: .creationTimestamp)
    try container.encodeIfPresent(deletionTimestamp, forKey: .deletionTimestamp)
    if !labels.isEmpty { try container.encode(labels, forKey: .labels) }
    if !annotations.isEmpty { try container.encode(annotations, forKey: .annotations) }
    if !finalizers.isEmpty { try container.encode(finalizers, forKey: .finalizers) }
    if !ownerReferences.isEmpty { try container.encode(ownerReferences, forKey: .ownerReferences) }
  }

  private enum CodingKeys: String, CodingKey {
    case name, generateName, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp
    case labels, annotations, finalizers, ownerReferences
  }
}

/// An object that another one goes with.
package struct OwnerReference: Sendable, Hashable, Codable {
  /// `group/version` of the owner.
  package var apiVersion: String
  /// The owner's kind.
  package var kind: String
  /// The owner's name.
  package var name: String
  /// The owner's identity.
  package var uid: String
  /// Whether this owner is the one that manages the object.
  package var controller: Bool?
  /// Whether the owner may only go after the object.
  package var blockOwnerDeletion: Bool?

  /// Names an owner.
  package init(
    apiVersion: String, kind: String, name: String, uid: String, controller: Bool? = nil,
    blockOwnerDeletion: Bool? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.controller = controller
    self.blockOwnerDeletion = blockOwnerDeletion
  }
}
