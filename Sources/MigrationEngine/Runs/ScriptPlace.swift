internal import MigrationCore
internal import Postgres

/// Where a run is: what a `catch` needs to know of the `do` before it.
final class ScriptPlace {
  /// The migration.
  var step: PlannedStep
  /// The statement of it, nil before the first and after the last.
  var statement: SQLStatement?
  /// What is still to be sent before the first statement, in its message.
  var opening: [String] = []
  /// The callback that is under way, and its statement, where it is no program.
  var callback: (event: CallbackEvent, callback: PlannedCallback, statement: SQLStatement?)?
  /// Whether the history row is being written.
  var isRecording = false
  /// What the server warned of.
  var warnings: [Notice] = []

  init(_ step: PlannedStep) {
    self.step = step
  }
}
