internal import Kubernetes

extension CancellationStatus {
  /// What a run was cancelled under: spec and source as the run saw them, the requests as they are `now`.
  ///
  /// A spec or a source that changed while the run was going on is a change; a look that was asked for meanwhile is not
  /// meant to undo the cancelling.
  init(run: String, of object: CitusMigration, now latest: CitusMigration? = nil, sourceDigest: String?) {
    self.init(
      run: run, generation: object.metadata.generation ?? 0, sourceDigest: sourceDigest,
      reconcileAt: (latest ?? object).reconcileToken, repairAt: (latest ?? object).repairToken)
  }

  /// Whether nothing is to be applied: nobody has changed spec or source, or asked for a look or a repair, since then.
  ///
  /// A source that is not known (yet) releases nothing. An annotation that was taken away is no request.
  func holds(_ object: CitusMigration, sourceDigest: String?) -> Bool {
    func isUnchanged(_ now: String?, _ then: String?) -> Bool { now == nil || then == nil || now == then }
    return generation == object.metadata.generation ?? 0
      && isUnchanged(sourceDigest, self.sourceDigest)
      && (object.reconcileToken == nil || object.reconcileToken == reconcileAt)
      && (object.repairToken == nil || object.repairToken == repairAt)
  }

  /// The cancellation that an annotation asks for of a run whose controller ended without a report: nobody else can
  /// cancel it any more.
  static func ofAbandonedRun(_ object: CitusMigration, sourceDigest: String?) -> CancellationStatus? {
    guard let run = object.status?.lastRun, run.outcome == "Running", let id = run.id, id == object.cancelToken else {
      return nil
    }
    return CancellationStatus(run: id, of: object, sourceDigest: sourceDigest)
  }

  /// What the resource says while it holds.
  var verdict: Verdict {
    .stalled(
      .cancelled, summary: "Cancelled",
      message: "run \(run) was cancelled by the annotation whimbrel.dev/cancel; nothing more is applied until spec or "
        + "migrations change, or until whimbrel.dev/reconcile-at or whimbrel.dev/repair is set to a new value")
  }
}
