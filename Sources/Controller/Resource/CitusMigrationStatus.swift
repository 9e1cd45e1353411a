/// What the controller reports on a `CitusMigration`: never a secret, a DSN, or a literal from a statement.
package struct CitusMigrationStatus: Codable, Sendable, Equatable {
  package var observedGeneration: Int64?
  /// Fences reports: the term of the leader that wrote this status; a writer of a lower one does not overwrite it.
  package var leaderEpoch: Int64?
  package var lastHandledReconcileAt: String?
  /// The last value of the repair annotation that was acted on.
  package var lastHandledRepairAt: String?
  /// A few words for the Status column of `kubectl get`.
  package var summary: String?
  package var conditions: [Condition]?
  package var source: SourceStatus?
  package var cluster: ClusterStatus?
  package var currentVersion: String?
  package var appliedCount: Int?
  package var pendingCount: Int?
  package var plan: PlanStatus?
  package var lastRun: RunStatus?
  package var lastRepair: RepairStatus?
  /// While it is there, nothing is applied.
  package var cancellation: CancellationStatus?
  package var history: [HistoryStatus]?
  package var gate: GateStatus?
  package var approval: ApprovalStatus?
  package var bypass: ApprovalStatus?
  package var applied: [AppliedStatus]?
  package var drift: DriftStatus?
  package var lint: LintStatus?

  /// An empty status.
  package init() {}

  /// The condition of a type, if it is set.
  package func condition(_ type: ConditionType) -> Condition? {
    conditions?.first { $0.type == type.rawValue }
  }
}

/// The snapshot of the source that the rest of the status speaks of.
package struct SourceStatus: Codable, Sendable, Equatable {
  package var revision: String
  package var digest: String
  package var scripts: Int
}

/// What the cluster check saw.
package struct ClusterStatus: Codable, Sendable, Equatable {
  package var target: String
  package var citusVersion: String?
  package var postgresVersion: String?
  /// Ready and expected worker groups as one text for the Workers column: `1/2`.
  package var workers: String?
  package var workersReady: Int?
  package var workersExpected: Int?
  package var nodes: [NodeStatus]?
}

/// One node of `pg_dist_node`.
package struct NodeStatus: Codable, Sendable, Equatable {
  package var name: String
  package var group: Int
  package var role: String
  package var state: String
}

/// What would run next; at most 100 steps are listed, `pendingCount` has the whole number.
package struct PlanStatus: Codable, Sendable, Equatable {
  package var digest: String
  package var steps: [PlanStepStatus]
  /// Where the effects of the steps are known from; nil unless the plan waits for something.
  package var effects: PlanEffectsStatus?
}

/// One pending migration.
package struct PlanStepStatus: Codable, Sendable, Equatable {
  package var version: String?
  package var description: String
  package var script: String
  package var checksum: Int64
  package var transactional: Bool
  /// What it does to tables that are there; at most 10.
  package var effects: [StepEffectStatus]?
  /// Why it did not go through in a scratch database.
  package var refusal: StepErrorStatus?
}

/// The latest run; at most its last 100 steps are listed.
package struct RunStatus: Codable, Sendable, Equatable {
  /// Names the run, for the annotation that cancels it; nil in a status of an earlier version.
  package var id: String?
  package var startedAt: String
  package var finishedAt: String?
  /// `Running`, `Succeeded`, `Failed`, `Interrupted` or `Cancelled`.
  package var outcome: String
  package var holder: String?
  package var steps: [RunStepStatus]?
}

/// One migration of a run; `state` is `Pending`, `Running`, `Applied` or `Failed`.
package struct RunStepStatus: Codable, Sendable, Equatable {
  package var version: String?
  package var script: String
  package var checksum: Int64?
  package var state: String
  package var durationMilliseconds: Int64?
  /// The backfill of it that is under way, or was the last.
  package var backfill: BackfillStatus?
  package var error: StepErrorStatus?
}

/// How far a backfill has come in its run.
package struct BackfillStatus: Codable, Sendable, Equatable {
  package var table: String
  package var rowsDone: Int64
  /// Rows of the whole table, by the server's statistics; nil where there are none.
  package var rowsEstimated: Int64?
  /// Where it is, in a few words, without values of rows.
  package var position: String
}

/// Why a migration failed, and where in its script.
package struct StepErrorStatus: Codable, Sendable, Equatable {
  package var sqlState: String?
  package var message: String
  package var script: String?
  package var line: Int?
  package var column: Int?
  package var hint: String?
}

/// What the repair that an annotation asked for came to.
package struct RepairStatus: Codable, Sendable, Equatable {
  package var finishedAt: String
  /// `Succeeded` or `Failed`.
  package var outcome: String
  package var message: String
}

/// A run that was cancelled by annotation, and what was declared then: as long as that stays, nothing is applied.
package struct CancellationStatus: Codable, Sendable, Equatable {
  /// The id of the run.
  package var run: String
  package var generation: Int64
  package var sourceDigest: String?
  /// The values of the annotations at that time.
  package var reconcileAt: String?
  package var repairAt: String?
}

/// One row of Flyway's history table.
package struct HistoryStatus: Codable, Sendable, Equatable {
  package var installedRank: Int
  package var version: String?
  package var description: String
  package var type: String
  package var script: String
  package var checksum: Int64?
  package var installedOn: String
  package var executionTimeMilliseconds: Int64
  package var success: Bool
}
