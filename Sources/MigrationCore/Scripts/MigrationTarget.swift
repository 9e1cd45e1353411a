/// How far to migrate: Flyway's setting `target`.
///
/// Repeatable migrations run whatever the target is.
package enum MigrationTarget: Sendable, Hashable {
  /// Everything.
  case latest
  /// No versioned migration beyond what is applied.
  case current
  /// Exactly one migration.
  case next
  /// Up to and with a version; without `mustExist` (`5?`) the version need not exist.
  case version(MigrationVersion, mustExist: Bool)

  /// Reads `latest`, `current`, `next`, `5` or `5?`.
  ///
  /// - Throws: `.invalidVersion`.
  package init(_ text: String) throws(MigrationError) {
    switch text.lowercased() {
    case "latest": self = .latest
    case "current": self = .current
    case "next": self = .next
    default:
      let isOptional = text.hasSuffix("?")
      self = .version(try MigrationVersion(isOptional ? String(text.dropLast()) : text), mustExist: !isOptional)
    }
  }
}
