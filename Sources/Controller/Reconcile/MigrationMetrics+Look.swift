internal import MigrationEngine
internal import Support

// What a run and a look add to the metrics of a resource.
extension MigrationMetrics {
  /// Counts what happened in a run, `elapsed` after the latest migration began.
  func count(_ event: RunEvent, elapsed: Duration) {
    switch event {
    case .applied(_, let milliseconds): applied(in: .milliseconds(milliseconds))
    case .failed: failed(in: elapsed)
    case .locked(let waited): waitedForLock(waited)
    case .resuming: resumed()
    case .endingHolder: endedHolder()
    default: break
    }
  }

  /// Shows a status as it was reported.
  func show(_ status: CitusMigrationStatus, workersExpected: Int?) {
    conditions(
      isReady: status.condition(.ready)?.status == "True", isStalled: status.condition(.stalled) != nil,
      isSuspended: status.condition(.ready)?.reason == Reason.suspended.rawValue)
    if let count = status.pendingCount { pending(count) }
    held(status.gate?.held ?? 0)
    if let cluster = status.condition(.clusterReady) { clusterReady(cluster.status == "True") }
    let drift = status.condition(.driftFree)?.status
    self.drift(drift == "True" ? false : drift == "False" ? true : nil)
    if let workersExpected { workers(ready: status.cluster?.workersReady, expected: workersExpected) }
  }
}

extension Verdict {
  /// How the look that came to this counts.
  package var result: ControllerMetrics.ReconcileResult {
    switch self {
    case .applied, .upToDate, .suspended: .success
    case .applying, .repaired: .requeue
    case .waiting: .requeueAfter
    case .stalled: .error
    }
  }
}
