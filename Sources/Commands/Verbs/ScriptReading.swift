internal import FlywaySettings
internal import MigrationCore
internal import MigrationSources

/// The scripts that the settings name.
enum ScriptReading {
  /// All files of the locations; what was passed over is told as warnings.
  ///
  /// Read are scripts of the configured suffixes and their `.conf` files.
  static func files(
    _ configuration: FlywayConfiguration, console: Console
  ) async throws(CommandFailure) -> [ScriptFile] {
    let source = LocationSource(
      locations: configuration.locations, callbackLocations: configuration.callbackLocations,
      failOnMissing: configuration.failOnMissingLocations, workingDirectory: configuration.workingDirectory)
    do throws(SourceError) {
      let (snapshot, warnings) = try await source.snapshot(reading: configuration.migration.naming.suffixes)
      for warning in warnings { console.note(.warning, warning) }
      return snapshot.files
    } catch {
      throw CommandFailure(Failure(error))
    }
  }
}
