/// A program in the place of a migration or a callback, and how it is started (`ScriptMigrationExecutor.java`).
///
/// The command line runs it; where scripts come out of a resource there is none, and the file is a problem instead.
package struct Program: Sendable, Hashable {
  /// What is started, with its arguments: the interpreter for the file's ending and the file, or the file alone.
  package let command: [String]
  /// The placeholders as variables, without those that are empty: `FP__<name>__` with `_` for each `:` in the name.
  ///
  /// A name with `=` cannot be one, and is left out.
  package let environment: [String: String]

  /// A program from its parts; `command` has at least the file.
  package init(command: [String], environment: [String: String]) {
    self.command = command
    self.environment = environment
  }

  /// The file, absolute.
  package var path: String { command.last ?? "" }
  /// Whether the file itself is started, which makes it executable first, as Flyway does.
  package var startsItself: Bool { command.count == 1 }

  /// The program that a file is.
  ///
  /// - Throws: `.invalidSetting` where `powershellExecutable` is needed and may not be what it is.
  init(path: String, script: String, settings: MigrationSettings) throws(MigrationError) {
    self.init(
      command: try Self.interpreter(of: path, settings) + [path],
      environment: Self.variables(settings.placeholderValues(forScript: script), settings))
  }

  private static func interpreter(
    of path: String, _ settings: MigrationSettings
  ) throws(MigrationError) -> [String] {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    switch parts.count > 1 ? parts.last?.lowercased() : nil {
    case "sh": return ["sh"]
    case "bash": return ["bash"]
    case "py": return ["python"]
    case "cmd", "bat": return ["cmd", "/c"]
    case "ps1":
      guard let named = settings.powershellExecutable else { return ["pwsh", "-File"] }
      guard ["powershell", "pwsh"].contains(named.lowercased()) else {
        throw MigrationError(
          .invalidSetting, "powershellExecutable is `\(named.prefix(40))`; it can be powershell or pwsh.",
          nextStep: "Write pwsh, or leave the setting away.")
      }
      return [named, "-File"]
    default: return []
    }
  }

  private static func variables(_ values: [String: String], _ settings: MigrationSettings) -> [String: String] {
    var variables: [String: String] = [:]
    for (name, value) in values where !value.isEmpty {
      let variable =
        settings.scriptPlaceholderPrefix + String(name.map { $0 == ":" ? "_" : $0 }) + settings.scriptPlaceholderSuffix
      guard !variable.contains("="), !(variable + value).utf8.contains(0) else { continue }
      variables[variable] = value
    }
    return variables
  }
}
