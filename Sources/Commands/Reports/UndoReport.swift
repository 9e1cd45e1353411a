internal import MigrationCore

/// The result of `undo`, in the shape that Flyway's paid edition has (`UndoResult.java` of Flyway 8).
struct UndoReport: Sendable {
  let record: RunRecord
  let schema: String
  /// The version afterwards; nil if none is left.
  let targetVersion: String?
  let failure: Failure?

  func json(_ context: ReportContext) -> JSONValue {
    let result: JSONValue = [
      "initialSchemaVersion": .text(record.initialVersion), "targetSchemaVersion": .text(targetVersion),
      "schemaName": .string(context.schemaName),
      "undoneMigrations": .array(
        record.steps.map { step in
          [
            "version": .string(step.step.version ?? ""), "description": .string(step.step.script.description),
            "filepath": .string(step.step.script.filePath), "executionTime": .integer(step.milliseconds),
          ]
        }), "migrationsUndone": .integer(record.steps.count), "flywayVersion": .string(ReportContext.flywayVersion),
      "database": .string(context.database), "warnings": .texts(record.warnings), "operation": "undo",
    ]
    let failed = failure.map { result.adding(["error": $0.json]) } ?? result
    let own = context.own()
    return failed.adding(["whimbrel": failure.map { own.adding(["error": $0.details]) } ?? own])
  }

  func text(on terminal: Terminal) -> String {
    let table = record.steps.isEmpty ? "" : StepText.table(record.steps).render()
    guard failure == nil else { return table }
    guard !record.steps.isEmpty else { return "Nothing to undo in schema \"\(VisibleText.cell(schema))\".\n" }
    let count = record.steps.count == 1 ? "1 migration" : "\(record.steps.count) migrations"
    let version = targetVersion.map { "now at version v\(VisibleText.cell($0))" } ?? "no version is left"
    return table
      + Ink.good(
        "Successfully undid \(count) of schema \"\(VisibleText.cell(schema))\", \(version) (execution time "
          + "\(ElapsedText.flyway(milliseconds: record.totalTime)))", on: terminal) + "\n"
  }
}
