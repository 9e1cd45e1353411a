internal import MigrationCore
internal import MigrationEngine

/// The result of `validate`.
struct ValidateReport: Sendable {
  let report: ValidationReport
  /// How long it took, in milliseconds.
  let milliseconds: Int

  private var summary: String {
    report.flywayErrorCode == "VALIDATE_ERROR"
      ? "Migrations have failed validation" : report.problems.first?.message ?? ""
  }

  func json(_ context: ReportContext) -> JSONValue {
    let isOfMigrations = report.flywayErrorCode == "VALIDATE_ERROR"
    let invalid = isOfMigrations ? report.problems : []
    return [
      "errorDetails": report.flywayErrorCode.map {
        ["errorCode": .string($0), "errorMessage": .string(summary)]
      } ?? nil,
      "invalidMigrations": .array(invalid.map { json($0) }), "validationSuccessful": .bool(report.isSuccessful),
      "validateCount": .integer(report.count), "flywayVersion": .string(ReportContext.flywayVersion),
      "database": .string(context.database), "warnings": .texts(report.warnings), "operation": "validate",
      "allErrorMessages": .string(invalid.map(\.message).joined(separator: "\n")),
      "whimbrel": context.own(["problems": .array(report.problems.map(ProblemText.json))]),
    ]
  }

  private func json(_ problem: MigrationProblem) -> JSONValue {
    [
      "version": .string(problem.version ?? ""), "description": .string(problem.description ?? ""),
      "filepath": .string(path(of: problem)),
      "errorDetails": [
        "errorCode": .string(problem.flywayErrorCode), "errorMessage": .string(problem.message),
      ],
    ]
  }

  /// Where the file lies; empty where there is none.
  private func path(of problem: MigrationProblem) -> String {
    guard let file = problem.files.first else { return "" }
    return report.overview.migrations.first { $0.script?.script == file }?.script?.filePath ?? ""
  }

  func text(on terminal: Terminal) -> String {
    guard report.isSuccessful else { return "" }
    let migrations = report.count == 1 ? "1 migration" : "\(report.count) migrations"
    return Ink.good(
      "Successfully validated \(migrations) (execution time \(ElapsedText.flyway(milliseconds: milliseconds)))",
      on: terminal) + "\n"
  }

  /// What is told as an error; nil if all is well.
  var failure: Failure? {
    guard let code = report.flywayErrorCode else { return nil }
    var failure = Failure(flywayCode: code, message: "Validate failed: \(summary)", nextStep: "")
    failure.problems = report.problems
    return failure
  }
}
