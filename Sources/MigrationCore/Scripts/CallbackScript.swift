/// One callback, read: SQL, or a program.
package struct CallbackScript: Sendable, Hashable {
  /// When it runs.
  package let event: CallbackEvent
  /// The description in the name; may be empty.
  package let description: String
  /// Its path relative to its location.
  package let script: String
  /// The location's absolute directory; empty where there is none.
  package let location: String
  /// The SQL with placeholders replaced; if that failed, as it stands in the file.
  package let text: String
  /// SHA-256 of the file's bytes, as 64 hexadecimal digits; empty where that is not known.
  package let sha256: String
  /// What the `.conf` beside it says.
  package let configuration: ScriptConfiguration
  /// Why `text` cannot be run, if so; it matters when the event comes.
  package let textProblem: MigrationProblem?
  /// What is run instead of `text`, where it is a program.
  package let program: Program?

  /// A callback from its parts.
  package init(
    event: CallbackEvent, description: String, script: String, location: String = "", text: String, sha256: String = "",
    configuration: ScriptConfiguration = ScriptConfiguration(), textProblem: MigrationProblem? = nil,
    program: Program? = nil
  ) {
    self.event = event
    self.description = description
    self.script = script
    self.location = location
    self.text = text
    self.sha256 = sha256
    self.configuration = configuration
    self.textProblem = textProblem
    self.program = program
  }

  /// Where the file lies: absolute where the location is known, else `script`.
  package var filePath: String { ScriptFile.filePath(location: location, path: script) }
  /// `beforeMigrate`, or `beforeMigrate - description`.
  package var label: String { description.isEmpty ? event.rawValue : "\(event.rawValue) - \(description)" }
}
