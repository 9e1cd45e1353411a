internal import MigrationEngine

/// The result of `baseline`.
struct BaselineResult: Sendable {
  let report: BaselineReport

  func json(_ context: ReportContext) -> JSONValue {
    [
      "successfullyBaselined": true, "baselineVersion": .string(report.version),
      "flywayVersion": .string(ReportContext.flywayVersion), "database": .string(context.database), "warnings": [],
      "operation": "baseline",
      "whimbrel": context.own([
        "isNew": .bool(report.isNew), "schemasCreated": .texts(report.schemasCreated),
      ]),
    ]
  }

  func text(on terminal: Terminal) -> String {
    let version = VisibleText.cell(report.version)
    let text =
      report.isNew
      ? "Successfully baselined schema with version: \(version)"
      : "The schema history is already initialized with the same baseline (\(version), \(VisibleText.cell(report.description)))."
    return Ink.good(text, on: terminal) + "\n"
  }
}
