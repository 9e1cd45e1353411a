internal import MigrationCore
internal import MigrationEngine

/// The result of `migrate`, also of one that failed.
struct MigrateReport: Sendable {
  let record: RunRecord
  /// The schema of the history table.
  let schema: String
  let schemasCreated: [String]
  /// The version that is current afterwards, where that is known.
  let currentVersion: String?
  let failure: Failure?

  func json(_ context: ReportContext) -> JSONValue {
    let result: JSONValue = [
      "initialSchemaVersion": .text(record.initialVersion), "targetSchemaVersion": .text(record.targetVersion),
      "schemaName": .string(context.schemaName), "migrations": .array(record.steps.map(Self.json)),
      "migrationsExecuted": .integer(record.steps.count), "success": .bool(failure == nil),
      "flywayVersion": .string(ReportContext.flywayVersion), "database": .string(context.database),
      "warnings": .texts(record.warnings), "databaseType": "PostgreSQL",
      "totalMigrationTime": .integer(record.totalTime), "timestamp": context.timestamp, "operation": "migrate",
      "exception": .text(failure?.message), "licenseFailed": false,
    ]
    let failed = failure.map { result.adding(["error": $0.json]) } ?? result
    let own = context.own([
      "schemasCreated": .texts(schemasCreated), "migrations": .array(record.steps.map(Self.own)),
    ])
    return failed.adding(["whimbrel": failure.map { own.adding(["error": $0.details]) } ?? own])
  }

  private static func json(_ step: RunRecord.Step) -> JSONValue {
    let script = step.step.script
    return [
      "category": .string(StepText.category(script)), "version": .string(step.step.version ?? ""),
      "description": .string(script.description), "type": .string(script.type.rawValue),
      "filepath": .string(script.filePath), "executionTime": .integer(step.milliseconds),
    ]
  }

  private static func own(_ step: RunRecord.Step) -> JSONValue {
    [
      "script": .string(step.step.script.script), "checksum": .integer(Int(step.step.script.checksum)),
      "transactional": .bool(step.step.isTransactional), "skipped": .bool(step.step.isSkipped),
      "program": .bool(step.step.program != nil),
      "statementCount": .integer(step.step.statements.count),
      "statements": .array(
        step.statements.map {
          ["line": .integer($0.line), "verb": .string($0.verb), "milliseconds": .integer($0.milliseconds)]
        }),
    ]
  }

  /// A table of what was done, and a sentence.
  func text(on terminal: Terminal) -> String {
    guard !record.steps.isEmpty || failure == nil else { return "" }
    let table = record.steps.isEmpty ? "" : StepText.table(record.steps).render()
    return table + (failure == nil ? summary(on: terminal) + "\n" : "")
  }

  private func summary(on terminal: Terminal) -> String {
    let count = record.steps.count
    let shown = VisibleText.cell(schema)
    guard count > 0 else {
      return Ink.good("Schema \"\(shown)\" is up to date. No migration necessary.", on: terminal)
    }
    let migrations = count == 1 ? "1 migration" : "\(count) migrations"
    let version = record.targetVersion.map { ", now at version v\(VisibleText.cell($0))" } ?? ""
    return Ink.good(
      "Successfully applied \(migrations) to schema \"\(shown)\"\(version) (execution time "
        + "\(ElapsedText.flyway(milliseconds: record.totalTime)))", on: terminal)
  }
}

/// Steps in tables and texts.
enum StepText {
  static func table(_ steps: [RunRecord.Step]) -> TextTable {
    TextTable(
      columns: ["Category", "Version", "Description", "Mode", "Statements", "Time"],
      rows: steps.map { step in
        [
          category(step.step.script), step.step.version ?? "", step.step.script.description, mode(step.step),
          "\(step.step.statements.count)", ElapsedText.short(milliseconds: step.milliseconds),
        ]
      }, emptyText: "")
  }

  static func category(_ script: MigrationScript) -> String {
    switch script.name.kind {
    case .versioned: "Versioned"
    case .repeatable: "Repeatable"
    case .baseline: "Baseline"
    case .undo: "Undo"
    }
  }

  static func mode(_ step: PlannedStep) -> String {
    if step.isSkipped { return "recorded only" }
    if step.program != nil { return "program" }
    return step.isTransactional ? "transaction" : "no transaction"
  }
}
