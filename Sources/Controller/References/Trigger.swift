internal import Kubernetes

/// What of a resource asks for a new look when it changes; a status, for one, does not.
package struct Trigger: Sendable, Equatable {
  package let uid: String?
  package let generation: Int64?
  package let reconcileToken: String?
  /// Of `whimbrel.dev/repair`: another token asks for another repair.
  package let repairToken: String?
  /// Of `whimbrel.dev/cancel`: the run that is to be cancelled.
  package let cancelToken: String?
  /// What opens gates.
  package let approveToken: String?
  package let bypassToken: String?
  /// Of `whimbrel.dev/accept-drift`: another token accepts what is there once more.
  package let acceptDriftToken: String?
  package let isDeleting: Bool

  /// Takes from an object what counts.
  package init(_ object: CitusMigration) {
    uid = object.metadata.uid
    generation = object.metadata.generation
    reconcileToken = object.reconcileToken
    repairToken = object.repairToken
    cancelToken = object.cancelToken
    approveToken = object.approveToken
    bypassToken = object.bypassToken
    acceptDriftToken = object.acceptDriftToken
    isDeleting = object.metadata.deletionTimestamp != nil
  }
}
