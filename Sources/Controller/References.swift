package import Kubernetes

/// Which resources must be looked at again when a ConfigMap or Secret changes.
package enum References {
  /// Whether a resource refers to a ConfigMap of its own namespace, by name or by label.
  ///
  /// A map that lost a label that selected it is found by the names of its key alone no more, so a selector matches
  /// every ConfigMap of the namespace: looking once too often is harmless.
  package static func configMap(_ key: ObjectKey, isUsedBy object: CitusMigration) -> Bool {
    guard object.metadata.namespace == key.namespace, let source = object.spec?.migrations.configMap else {
      return false
    }
    return source.selector != nil || source.names?.contains(key.name) == true
  }

  /// Whether a resource refers to a Secret of its own namespace.
  package static func secret(_ key: ObjectKey, isUsedBy object: CitusMigration) -> Bool {
    guard object.metadata.namespace == key.namespace, let cluster = object.spec?.cluster else { return false }
    return cluster.values.contains { $0.value.secretKeyRef?.name == key.name }
  }
}

/// What of a resource asks for a new look when it changes; a status, for one, does not.
package struct Trigger: Sendable, Equatable {
  package let uid: String?
  package let generation: Int64?
  package let reconcileToken: String?
  package let isDeleting: Bool

  /// Takes from an object what counts.
  package init(_ object: CitusMigration) {
    uid = object.metadata.uid
    generation = object.metadata.generation
    reconcileToken = Reconciler.reconcileToken(object)
    isDeleting = object.metadata.deletionTimestamp != nil
  }
}
