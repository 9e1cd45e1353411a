/// One migration that the setting `cherryPick` names, by version or by description (`MigrationPattern.java`).
package struct CherryPick: Sendable, Hashable, CustomStringConvertible {
  /// As written.
  package let description: String
  private let version: MigrationVersion?
  private let name: String

  /// Reads `2.1`, `2_1` or `create_table`; anything is a description if it is no version.
  package init(_ text: String) {
    description = text
    name = String(text.map { $0 == "_" ? " " : $0 })
    version = try? MigrationVersion(text)
  }

  /// Whether a migration of this version and description is meant; repeatable ones are meant by description alone.
  package func matches(version: MigrationVersion?, description: String) -> Bool {
    if let version, let wanted = self.version { return version == wanted }
    return name == description
  }
}
