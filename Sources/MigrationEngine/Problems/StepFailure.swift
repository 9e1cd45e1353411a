package import MigrationCore

/// Where in which script a migration failed, and what the server said.
package struct StepFailure: Sendable, Equatable {
  package let version: String?
  package let script: String
  /// Where the file lies: absolute where that is known, else `script`.
  package var path = ""
  /// What the history's column `type` holds for it; nil for a callback.
  package var type: HistoryType?
  package let checksum: Int32
  /// 1-based line of the statement, or of the place in it that the server named.
  package let line: Int?
  /// 1-based column, in characters.
  package let column: Int?
  package let sqlState: String?
  /// The server's message, and its detail unless that holds row data (SQLSTATE classes 22 and 23).
  package let message: String
  package let hint: String?
  /// Whether the database is as it was before this migration.
  package let isRolledBack: Bool
}
