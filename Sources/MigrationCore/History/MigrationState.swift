/// The states of a migration, under Flyway's names (`MigrationState.java`).
package enum MigrationState: String, Sendable, Hashable, CaseIterable {
  /// Waits to be run.
  case pending = "PENDING"
  /// Lies above the target.
  case aboveTarget = "ABOVE_TARGET"
  /// Lies below the baseline, never runs.
  case belowBaseline = "BELOW_BASELINE"
  /// Has the version of the baseline, never runs.
  case baselineIgnored = "BASELINE_IGNORED"
  /// Stands for everything up to its version.
  case baseline = "BASELINE"
  /// Lies below an applied version and is passed over.
  case ignored = "IGNORED"
  /// Applied; its file is gone, though files of higher versions are there.
  case missingSuccess = "MISSING_SUCCESS"
  /// Failed; its file is gone.
  case missingFailed = "MISSING_FAILED"
  /// Applied.
  case success = "SUCCESS"
  /// Applied and taken back by an undo file.
  case undone = "UNDONE"
  /// Could take a migration back: undo files, which no list shows.
  case available = "AVAILABLE"
  /// Failed without being rolled back, or never reported its end.
  case failed = "FAILED"
  /// Applied after a higher version.
  case outOfOrder = "OUT_OF_ORDER"
  /// Applied; newer than every file.
  case futureSuccess = "FUTURE_SUCCESS"
  /// Failed; newer than every file.
  case futureFailed = "FUTURE_FAILED"
  /// Repeatable, and changed since its last run.
  case outdated = "OUTDATED"
  /// Repeatable, and run again since.
  case superseded = "SUPERSEDED"
  /// Taken out of account by repair.
  case deleted = "DELETED"

  /// As `info` shows it.
  package var displayName: String {
    switch self {
    case .pending: "Pending"
    case .aboveTarget: "Above Target"
    case .belowBaseline: "Below Baseline"
    case .baselineIgnored: "Ignored (Baseline)"
    case .baseline: "Baseline"
    case .ignored: "Ignored"
    case .missingSuccess: "Missing"
    case .missingFailed: "Failed (Missing)"
    case .success: "Success"
    case .undone: "Undone"
    case .available: "Available"
    case .failed: "Failed"
    case .outOfOrder: "Out of Order"
    case .futureSuccess: "Future"
    case .futureFailed: "Failed (Future)"
    case .outdated: "Outdated"
    case .superseded: "Superseded"
    case .deleted: "Deleted"
    }
  }

  /// Whether the migration ran, or tried to.
  package var isApplied: Bool {
    switch self {
    case .pending, .aboveTarget, .belowBaseline, .baselineIgnored, .ignored, .available: false
    default: true
    }
  }

  /// Whether the last run failed.
  package var isFailed: Bool { self == .failed || self == .missingFailed || self == .futureFailed }
}
