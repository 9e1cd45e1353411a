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

/// One row of a result: values in text form, nil for NULL.
package struct Row: Sendable, Equatable {
  /// The names of the columns, shared with the result.
  package let columns: [String]
  /// The values in the order of the columns.
  package let values: [String?]

  /// Makes a row of as many values as there are columns.
  package init(columns: [String], values: [String?]) {
    self.columns = columns
    self.values = values
  }

  /// The value of the first column of that name; nil for NULL and for a name that the result does not have.
  package subscript(column: String) -> String? {
    guard let index = columns.firstIndex(of: column) else {
      return nil
    }
    return self[index]
  }

  /// The value of the column at an index from 0; nil for NULL and for an index out of range.
  package subscript(index: Int) -> String? {
    values.indices.contains(index) ? values[index] : nil
  }
}

/// Where a session stands between BEGIN and COMMIT.
package enum TransactionStatus: Sendable, Equatable {
  /// No transaction.
  case idle
  /// A statement runs.
  case active
  /// In a transaction, waiting for the next statement.
  case inTransaction
  /// In a transaction that has failed: only ROLLBACK is heard.
  case inError
  /// The connection is closed or broken.
  case unknown
}
