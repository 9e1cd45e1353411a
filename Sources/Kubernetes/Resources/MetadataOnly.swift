/// The metadata of objects of a kind, without their content: to follow Secrets without holding what is in them.
package struct MetadataOnly<Resource: KubernetesResource>: KubernetesResource {
  /// The kind itself; the API server is asked for `PartialObjectMetadata` of it.
  package static var resource: ResourceKind { Resource.resource }
  /// True.
  package static var isMetadataOnly: Bool { true }
  /// What every object has.
  package var metadata: ObjectMetadata
}
