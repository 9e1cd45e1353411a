import FlywaySettings
import Support

/// Settings as a person would give them: arguments, environment, files by path.
struct Files {
  var arguments: [(String, String)] = []
  var environment: [String: String] = [:]
  var files: [String: String] = [:]
  var home: String? = "/person"

  /// Reads them, in the directory `/project`.
  func read() throws(SettingsError) -> FlywayConfiguration {
    let files = files.mapValues { Array($0.utf8) }
    return try FlywayConfiguration.read(
      SettingsInput(
        arguments: arguments.map { SettingsInput.Argument(key: $0.0, value: $0.1) }, environment: environment,
        currentDirectory: "/project", homeDirectory: home,
        readFile: { path in files[path].map { .bytes($0) } ?? .absent }))
  }

  /// Why they cannot be followed; nil if they can.
  func failure() -> SettingsError? {
    do throws(SettingsError) {
      _ = try read()
      return nil
    } catch {
      return error
    }
  }
}
