internal import Kubernetes
internal import Logging

// The client and the informer know a kind by its type, and the kinds of Flux differ in nothing but their names: one
// type for all of them, with kind and version as parameters.

/// A kind of Flux, as a type.
protocol FluxKindType: Sendable {
  static var kind: FluxKind { get }
}

/// A version of Flux's group, as a type.
protocol FluxVersionType: Sendable {
  static var version: String { get }
}

enum FluxKinds {
  enum GitRepository: FluxKindType { static let kind = FluxKind.gitRepository }
  enum OCIRepository: FluxKindType { static let kind = FluxKind.ociRepository }
  enum Bucket: FluxKindType { static let kind = FluxKind.bucket }
}

enum FluxVersions {
  enum V1: FluxVersionType { static let version = "v1" }
  enum V1beta2: FluxVersionType { static let version = "v1beta2" }
}

/// A source object of Flux, name and state; it is read and never written.
struct FluxObject<Kind: FluxKindType, Version: FluxVersionType>: KubernetesResource {
  static var resource: ResourceKind {
    ResourceKind(
      group: FluxKind.group, version: Version.version, plural: Kind.kind.plural, kind: Kind.kind.rawValue)
  }

  var metadata: ObjectMetadata
  let state: FluxState

  private enum CodingKeys: CodingKey { case metadata }

  init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: CodingKeys.self).decode(ObjectMetadata.self, forKey: .metadata)
    metadata = ObjectMetadata(name: all.name, namespace: all.namespace)
    metadata.uid = all.uid
    metadata.resourceVersion = all.resourceVersion
    state = try FluxState(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(metadata, forKey: .metadata)
  }
}

/// The calls for one kind in one version.
struct FluxAPI: Sendable {
  let kind: FluxKind
  let version: String
  /// Reads one object.
  let read: @Sendable (KubernetesClient, ObjectKey) async throws(KubernetesError) -> FluxState
  /// Follows the objects of a namespace, or of all, until the task is cancelled.
  let follow:
    @Sendable (KubernetesClient, String?, Logger, @escaping @Sendable (ObjectKey, FluxState?) -> Void) async -> Void

  /// The calls; nil for a version that is not understood.
  static func find(_ kind: FluxKind, version: String) -> FluxAPI? {
    switch (kind, version) {
    case (.gitRepository, "v1"): FluxAPI(FluxKinds.GitRepository.self, FluxVersions.V1.self)
    case (.gitRepository, "v1beta2"): FluxAPI(FluxKinds.GitRepository.self, FluxVersions.V1beta2.self)
    case (.ociRepository, "v1"): FluxAPI(FluxKinds.OCIRepository.self, FluxVersions.V1.self)
    case (.ociRepository, "v1beta2"): FluxAPI(FluxKinds.OCIRepository.self, FluxVersions.V1beta2.self)
    case (.bucket, "v1"): FluxAPI(FluxKinds.Bucket.self, FluxVersions.V1.self)
    case (.bucket, "v1beta2"): FluxAPI(FluxKinds.Bucket.self, FluxVersions.V1beta2.self)
    default: nil
    }
  }

  private init<Kind: FluxKindType, Version: FluxVersionType>(_ kind: Kind.Type, _ version: Version.Type) {
    typealias Object = FluxObject<Kind, Version>
    self.kind = Kind.kind
    self.version = Version.version
    read = { (client, key) async throws(KubernetesError) in
      try await client.get(Object.self, name: key.name, namespace: key.namespace).state
    }
    follow = { client, namespace, logger, told in
      let informer = Informer(Object.self, client: client, scope: .init(namespace: namespace), logger: logger)
      let changes = informer.changes()
      await withTaskGroup(of: Void.self) { group in
        // The only error is cancellation, which is how following ends.
        group.addTask { do throws(KubernetesError) { try await informer.run() } catch {} }
        group.addTask { for await key in changes { told(key, informer.store[key]?.state) } }
        await group.waitForAll()
      }
    }
  }
}
