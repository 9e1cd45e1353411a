/// The outcome of a statement: rows in text form, and the command tag.
package struct QueryResult: Sendable, Equatable {
  /// The names of the columns in order; not necessarily unique.
  package var columns: [String]
  /// The rows in order.
  package var rows: [Row]
  /// What the server reports, such as `INSERT 0 3`; empty for an empty statement.
  package var commandTag: String
  /// The number of rows that the command returned or changed, where its tag tells.
  package var affectedRows: Int?

  /// Makes a result.
  package init(columns: [String] = [], rows: [Row] = [], commandTag: String = "", affectedRows: Int? = nil) {
    self.columns = columns
    self.rows = rows
    self.commandTag = commandTag
    self.affectedRows = affectedRows
  }

  /// The limit on the size of a result unless the caller gives another: 64 MiB.
  package static let defaultSizeLimit = 64 << 20
}
