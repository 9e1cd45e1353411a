internal import MigrationCore
internal import Support

/// What every report needs besides its content.
struct ReportContext: Sendable {
  /// The version of Flyway whose JSON this is, which tools that read it may look at.
  static let flywayVersion = "13.0.0"

  /// The database's name.
  let database: String
  /// `host:port/database`.
  let target: String
  let settings: MigrationSettings
  /// When the command began.
  let startedAt: Timestamp

  /// Flyway's `schemaName`: the configured schemas, empty if none are.
  var schemaName: String { settings.schemas.joined(separator: ", ") }

  /// Flyway's `timestamp`.
  var timestamp: JSONValue { .string(LocalTime.text(startedAt)) }

  /// What stands under `whimbrel` in every result.
  func own(_ members: KeyValuePairs<String, JSONValue> = [:]) -> JSONValue {
    (["version": .string(Version.current)] as JSONValue).adding(members)
  }
}
