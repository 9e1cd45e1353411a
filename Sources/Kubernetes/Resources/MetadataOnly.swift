/// The metadata of objects of a kind, without their content: to follow Secrets without holding what is in them.
///
/// Of the metadata, what tells one object and one version from another is held, and labels, which selectors look at: of
/// many thousand objects the rest would be most of the memory.
package struct MetadataOnly<Resource: KubernetesResource>: KubernetesResource {
  /// The kind itself; the API server is asked for `PartialObjectMetadata` of it.
  package static var resource: ResourceKind { Resource.resource }
  /// True.
  package static var isMetadataOnly: Bool { true }
  /// Name, namespace, identity, version, generation, time of deletion and labels; nothing else.
  package var metadata: ObjectMetadata

  private enum CodingKeys: CodingKey { case metadata }

  package init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: CodingKeys.self).decode(ObjectMetadata.self, forKey: .metadata)
    metadata = ObjectMetadata(name: all.name, namespace: all.namespace, labels: all.labels)
    metadata.uid = all.uid
    metadata.resourceVersion = all.resourceVersion
    metadata.generation = all.generation
    metadata.deletionTimestamp = all.deletionTimestamp
  }
}
