internal import MigrationCore

/// The callback events around one step, and around all of them.
struct StepEvents {
  let before, beforeStatement, afterStatement, afterStatementError, after, afterError: CallbackEvent

  static let migrate = StepEvents(
    before: .beforeEachMigrate, beforeStatement: .beforeEachMigrateStatement,
    afterStatement: .afterEachMigrateStatement, afterStatementError: .afterEachMigrateStatementError,
    after: .afterEachMigrate, afterError: .afterEachMigrateError)
  static let undo = StepEvents(
    before: .beforeEachUndo, beforeStatement: .beforeEachUndoStatement, afterStatement: .afterEachUndoStatement,
    afterStatementError: .afterEachUndoStatementError, after: .afterEachUndo, afterError: .afterEachUndoError)
}
