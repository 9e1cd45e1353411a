internal import Kubernetes

// What a person asks for by annotation. A token is any text; a new one is a new request.
extension CitusMigration {
  static let reconcileAnnotation = "whimbrel.dev/reconcile-at"

  /// Asks for a look now; the first that is set counts (the second is Flux's).
  package var reconcileToken: String? {
    token(Self.reconcileAnnotation) ?? token("reconcile.fluxcd.io/requestedAt")
  }

  /// Asks for Flyway's repair, once for each token.
  package var repairToken: String? { token("whimbrel.dev/repair") }

  /// The id of the run that is to be cancelled.
  package var cancelToken: String? { token("whimbrel.dev/cancel") }

  /// The digest of the plan that a person approves.
  package var approveToken: String? { token("whimbrel.dev/approve") }

  /// Who approves, as that person says.
  package var approvedBy: String? { token("whimbrel.dev/approved-by") }

  /// The digest of the plan for which all gates are opened.
  package var bypassToken: String? { token("whimbrel.dev/bypass-gates") }
  /// Says that what the database holds now is right, once for each token.
  package var acceptDriftToken: String? { token("whimbrel.dev/accept-drift") }

  // As long as the status field that repeats it may be; empty is as good as absent.
  private func token(_ name: String) -> String? {
    guard let value = metadata.annotations[name], !value.isEmpty else { return nil }
    return value.cut(1024)
  }
}
