package import MigrationCore

/// What a run tells while it goes on, in order.
package enum RunEvent: Sendable {
  /// The lock is held and the plan is made: these steps follow.
  case planned(MigrationPlan)
  case started(PlannedStep)
  /// A lock was not granted in time; the transaction was rolled back and is tried again after `delay`.
  case retrying(PlannedStep, attempt: Int, delay: Duration, message: String)
  /// The server said something of severity WARNING.
  case warning(PlannedStep, message: String)
  case applied(PlannedStep, milliseconds: Int)
  case failed(PlannedStep, StepFailure)
}

/// What a finished run did.
package struct RunSummary: Sendable {
  /// How many migrations this run applied.
  package let applied: Int
  /// The bookkeeping as it is now.
  package let history: HistorySnapshot
  /// The plan made from that: what is pending now.
  package let plan: MigrationPlan
}
