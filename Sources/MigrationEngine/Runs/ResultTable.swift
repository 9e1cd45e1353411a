/// What a query in a script answered, for those who want to see it (`outputQueryResults`): a part of it.
package struct ResultTable: Sendable, Equatable {
  /// The names of the columns.
  package let columns: [String]
  /// The first rows, at most `ResultTable.longest`; nil is NULL, longer values are cut at 1000 characters.
  package let rows: [[String?]]
  /// How many rows there were.
  package let count: Int

  /// How many rows are kept.
  package static let longest = 200

  /// A table from its parts.
  package init(columns: [String], rows: [[String?]], count: Int) {
    self.columns = columns
    self.rows = rows
    self.count = count
  }
}
