/// The states of a migration, under Flyway's names (`MigrationState.java`).
package enum MigrationState: String, Sendable, Hashable, CaseIterable {
  case pending = "PENDING"
  case aboveTarget = "ABOVE_TARGET"
  case belowBaseline = "BELOW_BASELINE"
  case baselineIgnored = "BASELINE_IGNORED"
  case baseline = "BASELINE"
  case ignored = "IGNORED"
  case missingSuccess = "MISSING_SUCCESS"
  case missingFailed = "MISSING_FAILED"
  case success = "SUCCESS"
  case undone = "UNDONE"
  case available = "AVAILABLE"
  case failed = "FAILED"
  case outOfOrder = "OUT_OF_ORDER"
  case futureSuccess = "FUTURE_SUCCESS"
  case futureFailed = "FUTURE_FAILED"
  case outdated = "OUTDATED"
  case superseded = "SUPERSEDED"
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
