package import Kubernetes

/// The kinds of Flux whose objects have an artifact.
package enum FluxKind: String, Sendable, Hashable, CaseIterable {
  case gitRepository = "GitRepository"
  case ociRepository = "OCIRepository"
  case bucket = "Bucket"

  /// Flux's group of sources.
  static let group = "source.toolkit.fluxcd.io"
  /// The versions that are understood, the newest first.
  static let versions = ["v1", "v1beta2"]

  /// What the kind is called in paths.
  var plural: String {
    switch self {
    case .gitRepository: "gitrepositories"
    case .ociRepository: "ocirepositories"
    case .bucket: "buckets"
    }
  }
}

/// One source object of Flux.
package struct FluxKey: Sendable, Hashable {
  package let kind: FluxKind
  package let object: ObjectKey

  /// Names an object.
  package init(kind: FluxKind, object: ObjectKey) {
    self.kind = kind
    self.object = object
  }

  /// What a resource in a namespace refers to; nil where the spec names no kind.
  package init?(_ spec: MigrationsSpec.FluxSourceSpec, in namespace: String?) {
    guard let kind = FluxKind(rawValue: spec.kind) else { return nil }
    self.init(kind: kind, object: ObjectKey(namespace: spec.namespace ?? namespace, name: spec.name))
  }
}
