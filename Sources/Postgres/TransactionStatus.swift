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
