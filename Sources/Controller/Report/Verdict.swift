/// What one look at a resource came to.
package enum Verdict: Sendable, Equatable {
  /// Everything is applied.
  case applied
  /// Everything is applied that the gates let through, and that is to count as ready.
  case upToDate(summary: String, message: String)
  /// A run is under way.
  case applying(done: Int, total: Int)
  /// New runs are held back by `spec.suspend`.
  case suspended
  /// A repair was done, or refused for good, as the message tells; the next look goes on.
  case repaired(message: String)
  /// It heals by itself and is looked at again with backoff.
  case waiting(Reason, summary: String, message: String)
  /// It needs a person; looked at again when something changes, and every interval.
  case stalled(Reason, summary: String, message: String)

  /// The reason that all conditions of this verdict carry.
  package var reason: Reason {
    switch self {
    case .applied: .applied
    case .upToDate: .upToDateWithHeldMigrations
    case .applying: .applying
    case .suspended: .suspended
    case .repaired: .repaired
    case .waiting(let reason, _, _), .stalled(let reason, _, _): reason
    }
  }

  /// What two stages say together: what needs a person counts, else what the first one says.
  func and(_ other: Verdict) -> Verdict {
    if case .stalled = self { return self }
    if case .stalled = other { return other }
    return self
  }

  /// Which condition besides `Ready` the reason speaks of.
  package var stage: ConditionType? {
    switch reason {
    case .sourceNotFound, .sourceUnavailable, .invalidSource, .sourceAuthenticationFailed, .sourceNotVerified:
      .sourceReady
    case .secretNotFound, .secretUnavailable, .databaseUnreachable, .coordinatorNotReady, .waitingForWorkers,
      .metadataNotSynced, .nodesUnreachable, .versionsDiffer, .preparedTransactions, .remnantsAtWork,
      .shardMoveRunning,
      .authenticationFailed, .databaseRejected, .clusterReadinessTimeout:
      .clusterReady
    default: nil
    }
  }
}

/// What the stages of one reconcile produced, as far as they got; what is nil was not reached.
package struct Observation: Sendable, Equatable {
  package var source: SourceStatus?
  /// What is odd about the scripts and stops nothing (a configuration file without its script, say).
  package var sourceWarnings: [String] = []
  package var cluster: ClusterStatus?
  package var clusterMessage: String?
  package var plan: PlanObservation?
  /// What the gates say; nil where they were not asked.
  package var gate: GateObservation?
  package var run: RunStatus?
  /// The repair that this look has done, and the annotation that it answers.
  package var repair: RepairStatus?
  package var handledRepairAt: String?
  /// What holds everything back from now on.
  package var cancellation: CancellationStatus?
  /// Whether the cancellation that was reported before holds no longer.
  package var isReleased = false
  package var drift: DriftObservation?
  /// Whether the comparison is left to a look of its own, right behind this one.
  package var isComparisonOwed = false
  package var lint: LintObservation?

  /// An observation of nothing yet.
  package init() {}
}

/// What history and plan say, in the shape of the status.
package struct PlanObservation: Sendable, Equatable {
  package var currentVersion: String?
  package var appliedCount: Int
  package var pendingCount: Int
  package var plan: PlanStatus?
  package var history: [HistoryStatus]
  /// What is in effect, for environments that come after.
  package var applied: [AppliedStatus]
}
