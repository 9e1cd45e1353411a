internal import FlywaySettings
internal import MigrationCore
internal import MigrationSources

/// The scripts that the settings name.
enum ScriptReading {
  /// All files of the locations.
  static func files(
    _ configuration: FlywayConfiguration, console: Console
  ) async throws(CommandFailure) -> [ScriptFile] {
    var files: [ScriptFile] = []
    for location in configuration.locations {
      do throws(SourceError) {
        let snapshot = try await DirectorySource(root: "/").snapshot(path: String(location.path.drop { $0 == "/" }))
        files += snapshot.files.map { ScriptFile(path: $0.path, bytes: $0.bytes, location: location.path) }
      } catch {
        guard error.code == .notFound, !configuration.failOnMissingLocations else {
          throw CommandFailure(Failure(error))
        }
        console.note(.warning, "Skipping filesystem location: \(location.path) (not found)")
      }
    }
    return files
  }
}
