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

/// What must happen to the bookkeeping before the first migration: Flyway's rules, decided from values.
package struct HistoryPreparation: Sendable, Equatable {
  /// Schemas to create, in order.
  package var schemas: [String] = []
  package var createsTable = false
  package var addsBaseline = false
  /// Why nothing may be done, and what to do about it.
  package var refusal: String?

  /// Decides as Flyway does (core/internal/command/DbMigrate.java, SchemaHistoryFactory.prepareSchemas).
  package static func decide(_ snapshot: HistorySnapshot, settings: MigrationSettings) -> HistoryPreparation {
    var preparation = HistoryPreparation()
    if settings.createSchemas {
      preparation.schemas = snapshot.missingSchemas
    } else if let missing = snapshot.missingSchemas.first, missing == snapshot.schema {
      preparation.refusal =
        "schema \"\(missing)\" does not exist and createSchemas is false; create it, or set createSchemas to true"
      return preparation
    }
    guard !snapshot.tableExists else { return preparation }
    preparation.createsTable = true
    guard !snapshot.nonEmptySchemas.isEmpty else { return preparation }
    if settings.baselineOnMigrate {
      preparation.addsBaseline = true
    } else {
      let names = snapshot.nonEmptySchemas.map { "\"\($0)\"" }.joined(separator: ", ")
      preparation.refusal =
        "schema \(names) is not empty but has no history table \"\(snapshot.table)\"; set baselineOnMigrate to true to "
        + "take what is there as version \(settings.baselineVersion), or use an empty schema"
    }
    return preparation
  }

  /// The history as it will be once the preparation is done: what the plan is made from.
  package func history(_ snapshot: HistorySnapshot, settings: MigrationSettings) -> [HistoryRow] {
    guard addsBaseline else { return snapshot.rows }
    return [
      HistoryRow(
        installedRank: 1, version: settings.baselineVersion.description, description: settings.baselineDescription,
        type: "BASELINE", script: settings.baselineDescription, checksum: nil, installedBy: "", installedOn: "",
        executionTime: 0, success: true)
    ]
  }
}
