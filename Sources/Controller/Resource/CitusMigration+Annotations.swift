internal import Kubernetes

// What a person asks for by annotation. A token is any text; a new one is a new request.
extension CitusMigration {
  /// The names of the annotations.
  package enum Annotation: String, Sendable {
    case reconcile = "whimbrel.dev/reconcile-at"
    case repair = "whimbrel.dev/repair"
    case cancel = "whimbrel.dev/cancel"
    case approve = "whimbrel.dev/approve"
    case approvedBy = "whimbrel.dev/approved-by"
    case bypassGates = "whimbrel.dev/bypass-gates"
    case acceptDrift = "whimbrel.dev/accept-drift"
    /// Flux's own.
    case requestedAt = "reconcile.fluxcd.io/requestedAt"
  }

  /// Asks for a look now; the first that is set counts (the second is Flux's).
  package var reconcileToken: String? {
    token(.reconcile) ?? token(.requestedAt)
  }

  /// Asks for Flyway's repair, once for each token.
  package var repairToken: String? { token(.repair) }

  /// The id of the run that is to be cancelled.
  package var cancelToken: String? { token(.cancel) }

  /// The digest of the plan that a person approves.
  package var approveToken: String? { token(.approve) }

  /// Who approves, as that person says.
  package var approvedBy: String? { token(.approvedBy) }

  /// The digest of the plan for which all gates are opened.
  package var bypassToken: String? { token(.bypassGates) }

  /// Says that what the database holds now is right, once for each token.
  package var acceptDriftToken: String? { token(.acceptDrift) }

  // As long as the status field that repeats it may be; empty is as good as absent.
  private func token(_ name: Annotation) -> String? {
    guard let value = metadata.annotations[name.rawValue], !value.isEmpty else { return nil }
    return value.cut(1024)
  }
}
