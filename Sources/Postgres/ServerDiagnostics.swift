/// What the server says about an error or a notice: every diagnostic field of the protocol.
///
/// Texts are cut at 64 KiB each. `detail`, `context` and `internalQuery` may quote data: show them only to who may see it.
package struct ServerDiagnostics: Sendable, Equatable {
  /// The severity, never translated: `ERROR`, `FATAL`, `PANIC`, `WARNING`, `NOTICE`, `INFO`, `LOG`, `DEBUG`.
  package var severity: String
  /// The SQLSTATE.
  package var sqlState: SQLState
  /// The primary message, one line as a rule.
  package var message: String
  /// A second message with particulars; may quote data.
  package var detail: String?
  /// What the server suggests.
  package var hint: String?
  /// Where in the statement, in characters from 1.
  package var statementPosition: Int?
  /// Where in `internalQuery`, in characters from 1.
  package var internalPosition: Int?
  /// The statement that the server itself ran, for example inside a function.
  package var internalQuery: String?
  /// The call stack of functions, innermost first.
  package var context: String?
  /// The schema of the object concerned.
  package var schemaName: String?
  /// The table concerned.
  package var tableName: String?
  /// The column concerned.
  package var columnName: String?
  /// The data type concerned.
  package var dataTypeName: String?
  /// The constraint concerned.
  package var constraintName: String?
  /// The server's source file.
  package var sourceFile: String?
  /// The line in the server's source file.
  package var sourceLine: Int?
  /// The function in the server's source.
  package var sourceFunction: String?

  /// Makes diagnostics of the three fields that are always there; the others are set afterwards.
  package init(severity: String, sqlState: SQLState, message: String) {
    self.severity = severity
    self.sqlState = sqlState
    self.message = message
  }
}

/// What the server said beside the result of a statement: the same fields as an error.
package typealias Notice = ServerDiagnostics
