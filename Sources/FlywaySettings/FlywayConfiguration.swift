package import MigrationCore

/// All of Flyway's settings, read from flags, environment variables and files, and checked.
package struct FlywayConfiguration: Sendable {
  /// Where the database is.
  package var connection: ConnectionSettings
  /// Where the scripts are.
  package var locations: [Location]
  /// Where the callbacks are; nil where they lie among the scripts.
  package var callbackLocations: [Location]?
  /// Whether a location that is not there is an error.
  package var failOnMissingLocations: Bool
  /// What is a migration and what is to be done.
  package var migration: MigrationSettings
  /// Bounds of running.
  package var execution: ExecutionChoices
  /// How often the lock of another run is tried again, once a second; -1 for ever.
  package var lockRetryCount: Int
  /// How results are shown.
  package var output: OutputChoices
  /// What `info` shows.
  package var infoFilters: InfoFilters
  /// The chosen table `[environments.<name>]`; `default` unless said otherwise.
  package var environmentName: String
  /// Where relative paths begin; absolute.
  package var workingDirectory: String
  /// The files that were read, in the order in which they were.
  package var filesRead: [String]
  /// What a person should know: settings that Flyway sells or that have no meaning here, variables that are none.
  package var notices: [String]

  /// Reads everything; nothing is connected, and that there is a database address is not checked before
  /// `ConnectionSettings.resolve`.
  ///
  /// Of one setting in several places that of the highest place counts: flags, then environment variables, then files,
  /// the later file before the earlier (`Configuration Precedence.md` of Flyway's documentation).
  /// - Throws: `SettingsError`, with the place.
  package static func read(_ input: SettingsInput) throws(SettingsError) -> FlywayConfiguration {
    var reading = SettingsReading(input)
    try reading.run()
    return try reading.configuration()
  }
}
