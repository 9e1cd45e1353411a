/// When a SQL callback runs: the events of Flyway, in its own order (`Event.java`).
///
/// Of its events `...OperationFinish` only those of `migrate` and `info` stand here: all the others bear the name of
/// the one of `info` there and never run.
package enum CallbackEvent: String, Sendable, Hashable, CaseIterable {
  // Clean
  case beforeClean, afterClean, afterCleanError
  // Migrate
  case beforeMigrate, beforeEachMigrate, beforeEachMigrateStatement, afterEachMigrateStatement,
    afterEachMigrateStatementError, afterEachMigrate, afterEachMigrateError, beforeRepeatables, afterVersioned,
    afterMigrateApplied, afterMigrate, afterMigrateError
  // Undo
  case beforeUndo, beforeEachUndo, beforeEachUndoStatement, afterEachUndoStatement, afterEachUndoStatementError,
    afterEachUndo, afterEachUndoError, afterUndo, afterUndoError
  // Validate
  case beforeValidate, afterValidate, afterValidateError
  // Baseline
  case beforeBaseline, afterBaseline, afterBaselineError
  // Repair
  case beforeRepair, afterRepair, afterRepairError
  // Info
  case beforeInfo, afterInfo, afterInfoError
  // End of a command
  case afterMigrateOperationFinish, afterInfoOperationFinish
  // Schemas and connections
  case createSchema, beforeCreateSchema, beforeConnect, afterConnect

  /// The events that one run of `migrate` may fire, those of the validation before it and of schemas included.
  package static let ofMigrate: Set<CallbackEvent> = [
    .beforeValidate, .afterValidate, .afterValidateError, .createSchema, .beforeCreateSchema, .beforeConnect,
    .afterConnect, .beforeMigrate, .beforeEachMigrate, .beforeEachMigrateStatement, .afterEachMigrateStatement,
    .afterEachMigrateStatementError, .afterEachMigrate, .afterEachMigrateError, .beforeRepeatables, .afterVersioned,
    .afterMigrateApplied, .afterMigrate, .afterMigrateError, .afterMigrateOperationFinish,
  ]
  /// The events that one run of `undo` may fire.
  package static let ofUndo: Set<CallbackEvent> = [
    .beforeConnect, .afterConnect, .beforeUndo, .beforeEachUndo, .beforeEachUndoStatement, .afterEachUndoStatement,
    .afterEachUndoStatementError, .afterEachUndo, .afterEachUndoError, .afterUndo, .afterUndoError,
  ]
}
