/// What a migration file is for.
package enum MigrationKind: Sendable, Hashable {
  /// Runs once, in the order of versions.
  case versioned
  /// Runs again whenever its content changes, after all versioned ones.
  case repeatable
  /// Stands for all versioned migrations up to its version on an empty database.
  case baseline
  /// Takes a versioned migration back; recognised, never run.
  case undo
}

/// What a migration's file name says.
package struct MigrationName: Sendable, Hashable {
  /// By the prefix.
  package let kind: MigrationKind
  /// Nil for repeatable migrations only.
  package let version: MigrationVersion?
  /// The text behind the separator with `_` as blanks; may be empty.
  package let description: String

  /// A name from its parts.
  package init(kind: MigrationKind, version: MigrationVersion?, description: String) {
    self.kind = kind
    self.version = version
    self.description = description
  }

  /// `V1.2`, `B3`, `U1`, or `R "description"`: how texts name a migration.
  package var label: String {
    switch kind {
    case .versioned: "V\(version?.description ?? "")"
    case .baseline: "B\(version?.description ?? "")"
    case .undo: "U\(version?.description ?? "")"
    case .repeatable: "R \"\(description)\""
    }
  }
}

/// What a callback's file name says.
package struct CallbackName: Sendable, Hashable {
  /// Flyway's name of the event, such as `beforeMigrate`.
  package let event: String
  /// The text behind the separator with `_` as blanks; may be empty.
  package let description: String

  /// A name from its parts.
  package init(event: String, description: String) {
    self.event = event
    self.description = description
  }

  /// All events of Flyway that a SQL file can answer (`Event.java`).
  package static let events: [String] = [
    "beforeClean", "afterClean", "afterCleanError", "afterCleanOperationFinish",
    "beforeMigrate", "beforeRepeatables", "beforeEachMigrate", "beforeEachMigrateStatement",
    "afterEachMigrateStatement", "afterEachMigrateStatementError", "afterEachMigrate", "afterEachMigrateError",
    "afterVersioned", "afterMigrateApplied", "afterMigrate", "afterMigrateError", "afterMigrateOperationFinish",
    "beforeUndo", "beforeEachUndo", "beforeEachUndoStatement", "afterEachUndoStatement",
    "afterEachUndoStatementError", "afterEachUndo", "afterEachUndoError", "afterUndo", "afterUndoError",
    "afterUndoOperationFinish", "beforeValidate", "afterValidate", "afterValidateError",
    "afterValidateOperationFinish", "beforeBaseline", "afterBaseline", "afterBaselineError",
    "afterBaselineOperationFinish", "beforeRepair", "afterRepair", "afterRepairError", "afterRepairOperationFinish",
    "beforeInfo", "afterInfo", "afterInfoError", "afterInfoOperationFinish", "createSchema", "beforeCreateSchema",
    "beforeConnect", "afterConnect",
  ]
}
