package import MigrationCore

/// A pending migration as the gates see it.
package struct PendingStep: Sendable, Hashable {
  /// What a migration is known by in every environment, wherever its file lies.
  package enum Key: Sendable, Hashable {
    case version(MigrationVersion)
    /// By description, as the history holds it.
    case repeatable(String)

    /// The key of a row of a history, or of what tells of one; nil for a version that is none.
    package init?(version: String?, description: String) {
      guard let version else {
        self = .repeatable(HistoryText.description(description))
        return
      }
      guard let parsed = try? MigrationVersion(version) else { return nil }
      self = .version(parsed)
    }
  }

  package let key: Key
  package let isBaseline: Bool
  /// `V5`, `R "views"`.
  package let label: String
  /// The file.
  package let script: String
  package let checksum: Int32
  /// SHA-256 of the file.
  package let sha256: String
  package let directives: ScriptDirectives

  /// A step of a plan, with what its script asks for.
  package init(_ script: MigrationScript, directives: ScriptDirectives = ScriptDirectives()) {
    key = script.version.map(Key.version) ?? .repeatable(HistoryText.description(script.description))
    isBaseline = script.name.kind == .baseline
    label = script.name.label
    self.script = script.script
    checksum = script.checksum
    sha256 = script.sha256
    self.directives = directives
  }

  /// Whether it is the very same file that another step is.
  package func isSame(as script: MigrationScript) -> Bool {
    let other = PendingStep(script)
    return key == other.key && isBaseline == other.isBaseline && self.script == other.script
      && checksum == other.checksum && sha256 == other.sha256
  }
}
