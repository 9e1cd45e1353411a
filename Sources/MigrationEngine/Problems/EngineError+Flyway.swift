internal import MigrationCore
internal import Postgres

extension EngineError {
  /// The code that Flyway's own exception bears for the same (`CoreErrorCode.java`).
  package var flywayErrorCode: String {
    switch code {
    case .connection, .historyUnreadable, .callbackFailed, .recordingFailed, .commitUnconfirmed, .pooled,
      .schemaMissing:
      "DB_CONNECTION"
    case .validationFailed:
      isOfValidation ? "VALIDATE_ERROR" : problems.first { $0.isBlocking }?.flywayErrorCode ?? "ERROR"
    default: "ERROR"
    }
  }

  /// The code in Flyway's JSON: that of the migration where one failed (`FlywayMigrateException`), else its own.
  package var flywayResultCode: String {
    guard code == .migrationFailed, let failure else { return flywayErrorCode }
    if failure.version == nil { return "FAILED_REPEATABLE_MIGRATION" }
    return failure.type?.isBaseline == true ? "FAILED_BASELINE_MIGRATION" : "FAILED_VERSIONED_MIGRATION"
  }

  /// The server's code, where it gave one.
  package var sqlState: String? { failure?.sqlState ?? cause?.sqlState?.rawValue }
  /// The line in the script, from 1, where there is one.
  package var line: Int? { failure?.line }
  /// The script's file, where there is one.
  package var path: String? { failure.map { $0.path.isEmpty ? $0.script : $0.path } }
}
