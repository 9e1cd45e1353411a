package import MigrationCore

/// What was found in the database of Flyway's bookkeeping: values only.
package struct HistorySnapshot: Sendable {
  /// The schema that holds the history table.
  package var schema: String
  package var table: String
  package var tableExists: Bool
  package var rows: [HistoryRow]
  /// Configured schemas that do not exist, in configured order.
  package var missingSchemas: [String]
  /// Configured schemas that hold objects, extensions' own aside; looked at only where the table is missing.
  package var nonEmptySchemas: [String]

  /// Makes a snapshot.
  package init(
    schema: String, table: String, tableExists: Bool, rows: [HistoryRow], missingSchemas: [String],
    nonEmptySchemas: [String]
  ) {
    self.schema = schema
    self.table = table
    self.tableExists = tableExists
    self.rows = rows
    self.missingSchemas = missingSchemas
    self.nonEmptySchemas = nonEmptySchemas
  }
}

extension HistorySnapshot {
  /// Makes the plan for scripts on this history; the history table itself is part of what is pending where it is missing.
  package func plan(_ scripts: MigrationSet, settings: MigrationSettings) -> MigrationPlan {
    MigrationPlan.make(set: scripts, history: rows, settings: settings, historyTable: historyTable(settings))
  }

  /// What was found where the table should be.
  ///
  /// A schema that is created brings the table with it, and then no other schema is looked at (`Flyway.migrate`).
  func historyTable(_ settings: MigrationSettings) -> HistoryTable {
    guard !tableExists else { return .present }
    let isCreated = settings.createSchemas && !missingSchemas.isEmpty
    return .absent(schemasAreEmpty: isCreated || nonEmptySchemas.isEmpty)
  }

  /// Whether the schema of the history table does not exist.
  var isSchemaMissing: Bool { missingSchemas.contains(schema) }

  /// Why the schema of the history table cannot be had, and what to do; nil when it can.
  package func refusal(settings: MigrationSettings) -> String? {
    guard !settings.createSchemas, isSchemaMissing else { return nil }
    return "schema \"\(schema)\" does not exist and createSchemas is false; create it, or set createSchemas to true"
  }

  /// Whether something must be created before the first migration.
  package func needsPreparation(settings: MigrationSettings) -> Bool {
    !tableExists || settings.createSchemas && !missingSchemas.isEmpty
  }
}
