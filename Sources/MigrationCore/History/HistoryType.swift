/// What the history's column `type` holds (`CoreMigrationType.java`).
package enum HistoryType: String, Sendable, Hashable, CaseIterable {
  /// Schemas that Flyway created.
  case schema = "SCHEMA"
  /// A baseline row.
  case baseline = "BASELINE"
  /// Takes an applied migration out of account.
  case delete = "DELETE"
  /// A SQL migration.
  case sql = "SQL"
  /// A SQL baseline migration.
  case sqlBaseline = "SQL_BASELINE"
  /// A Java migration.
  case jdbc = "JDBC"
  /// A Java baseline migration.
  case jdbcBaseline = "JDBC_BASELINE"
  /// A program.
  case script = "SCRIPT"
  /// A SQL migration taken back, as the paid editions of Flyway record it; the community edition cannot read it.
  case undoSQL = "UNDO_SQL"
  /// A program that undid.
  case undoScript = "UNDO_SCRIPT"
  /// Of a custom resolver.
  case custom = "CUSTOM"

  /// Reads the column; names of older versions count as what they became, as in Flyway.
  ///
  /// Nil for types that nobody knows.
  package init?(column: String) {
    switch column {
    case "SPRING_JDBC": self = .jdbc
    case "SQL_STATE_SCRIPT": self = .sqlBaseline
    case "JDBC_STATE_SCRIPT": self = .jdbcBaseline
    default: self.init(rawValue: column)
    }
  }

  /// Whether it stands for everything up to its version.
  package var isBaseline: Bool { self == .baseline || self == .sqlBaseline || self == .jdbcBaseline }
  /// Whether no file ever stood behind it.
  package var isSynthetic: Bool { self == .schema || self == .baseline || self == .delete }
  /// Whether it took a migration back.
  package var isUndo: Bool { self == .undoSQL || self == .undoScript }
}
