package import MigrationCore

/// What a run tells while it goes on, in order.
package enum RunEvent: Sendable {
  /// Another session holds the lock; the attempt (from 1) failed and there will be another.
  case waitingForLock(LockHolder?, attempt: Int)
  /// The session that holds the lock is one that may be ended, and is being ended.
  case endingHolder(LockHolder)
  /// The lock is held, after this long.
  case locked(waited: Duration)
  /// The lock is held and the plan is made: these steps follow.
  case planned(MigrationPlan)
  /// The lock is held: these migrations are taken back.
  case undoing(UndoPlan)
  case started(PlannedStep)
  /// A migration outside a transaction that an earlier run has left goes on: so many of its statements were done.
  case resuming(PlannedStep, done: Int)
  /// An index that was left half built is dropped, to be built again.
  case rebuilding(PlannedStep, index: String)
  /// A statement begins (`milliseconds` nil) or has ended; `index` counts from 1 to `count`.
  case statement(PlannedStep, index: Int, count: Int, milliseconds: Int?)
  /// A backfill has come so far; at most once a second, and at its end.
  case backfill(PlannedStep, BackfillProgress)
  /// A callback begins.
  case callback(CallbackEvent, script: String)
  /// A callback failed that itself tells of a failure: the run's own error goes before it.
  case callbackFailed(CallbackEvent, script: String, message: String)
  /// A lock was not granted in time; the transaction was rolled back and is tried again after `delay`.
  case retrying(PlannedStep, attempt: Int, delay: Duration, message: String)
  /// The connection broke in a statement outside a transaction; it is being found out what became of that.
  case settling(PlannedStep, message: String)
  /// The server said something beside its answers; the severity is the server's (`NOTICE`, `WARNING`, ...).
  case notice(severity: String, message: String, sqlState: String)
  /// A query answered rows.
  case resultTable(ResultTable)
  /// A program begins, as migration or callback; the command is its argument vector.
  case program(script: String, command: [String])
  /// A program wrote a line.
  case programOutput(script: String, line: String)
  case applied(PlannedStep, milliseconds: Int)
  case failed(PlannedStep, StepFailure)
}
