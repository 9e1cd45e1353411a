package import MigrationCore

/// What `validate` found.
package struct ValidationReport: Sendable {
  package let snapshot: HistorySnapshot
  package let overview: MigrationOverview
  /// What does not agree; empty if all does.
  package let problems: [ValidationProblem]
  /// How many migrations were looked at; 0 if something was found, as in Flyway.
  package let count: Int
  package let warnings: [String]

  /// Whether nothing was found.
  package var isSuccessful: Bool { problems.isEmpty }
  /// Flyway's code for the whole: `VALIDATE_ERROR` or `SCHEMA_DOES_NOT_EXIST`; nil if nothing was found.
  package var flywayErrorCode: String? {
    guard let first = problems.first else { return nil }
    return first.code == .schemaDoesNotExist ? first.code.rawValue : "VALIDATE_ERROR"
  }
}
