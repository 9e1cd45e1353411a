/// One migration file, read.
package struct MigrationScript: Sendable, Hashable {
  /// What its name says.
  package let name: MigrationName
  /// What the history's column `type` holds for it: `SQL`, `SQL_BASELINE`, or `SCRIPT` for a program.
  package let type: HistoryType
  /// Its path relative to its location, as the history's column `script` holds it.
  package let script: String
  /// The location's absolute directory; empty where there is none, as in a ConfigMap.
  package let location: String
  /// Flyway's checksum: of repeatable migrations after placeholders were replaced, of all others before.
  package let checksum: Int32
  /// Flyway's checksum of the file as it is.
  package let rawChecksum: Int32
  /// SHA-256 of the file's bytes, as 64 hexadecimal digits.
  package let sha256: String
  /// The SQL with placeholders replaced; if that failed, as it stands in the file.
  package let text: String
  /// What the `.conf` beside it says.
  package let configuration: ScriptConfiguration
  /// Why `text` cannot be run, if so; it matters only while the migration is pending.
  package let textProblem: MigrationProblem?
  /// What is run instead of `text`, where it is a program that may be run.
  package let program: Program?

  /// A script from its parts; without `type` it is SQL.
  package init(
    name: MigrationName, type: HistoryType? = nil, script: String, location: String = "", checksum: Int32,
    rawChecksum: Int32, sha256: String, text: String, configuration: ScriptConfiguration = ScriptConfiguration(),
    textProblem: MigrationProblem? = nil, program: Program? = nil
  ) {
    self.name = name
    self.type = type ?? (name.kind == .baseline ? .sqlBaseline : name.kind == .undo ? .undoSQL : .sql)
    self.script = script
    self.location = location
    self.checksum = checksum
    self.rawChecksum = rawChecksum
    self.sha256 = sha256
    self.text = text
    self.configuration = configuration
    self.textProblem = textProblem
    self.program = program
  }

  /// Nil for repeatable migrations.
  package var version: MigrationVersion? { name.version }
  /// The description in the name.
  package var description: String { name.description }

  /// Where the file lies: absolute where the location is known, else `script`.
  package var filePath: String { ScriptFile.filePath(location: location, path: script) }

  /// Whether a stored checksum is this script's, replaced or raw (`ResolvedMigrationImpl.checksumMatches`).
  package func matches(checksum stored: Int32?) -> Bool {
    stored == checksum || stored == rawChecksum
  }
}
