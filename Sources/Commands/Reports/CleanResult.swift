internal import MigrationEngine

/// The result of `clean`.
struct CleanResult: Sendable {
  let report: CleanReport
  let milliseconds: Int

  func json(_ context: ReportContext) -> JSONValue {
    [
      "schemasCleaned": .texts(report.schemasCleaned), "schemasDropped": .texts(report.schemasDropped),
      "flywayVersion": .string(ReportContext.flywayVersion), "database": .string(context.database),
      "warnings": .texts(report.warnings), "operation": "clean", "whimbrel": context.own(),
    ]
  }

  func text(on terminal: Terminal) -> String {
    let cleaned = report.schemasCleaned.map { "Successfully cleaned schema \"\(VisibleText.cell($0))\"" }
    let dropped = report.schemasDropped.map { "Successfully dropped schema \"\(VisibleText.cell($0))\"" }
    let time = " (execution time \(ElapsedText.flyway(milliseconds: milliseconds)))"
    let lines = cleaned + dropped
    guard !lines.isEmpty else { return "Nothing to clean\(time)\n" }
    return lines.map { Ink.good($0, on: terminal) }.joined(separator: "\n") + time + "\n"
  }
}
