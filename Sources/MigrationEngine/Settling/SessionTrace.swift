internal import MigrationCore

/// What statements leave in the session that ran them, and a new session lacks.
enum SessionTrace {
  /// What can be set again: `SET` and `RESET`.
  static func replayable(_ statements: [SQLStatement]) -> [SQLStatement] {
    statements.filter { $0.facts.sessionEffect == .setting }
  }

  /// Whether there may be more than that: temporary tables, prepared statements, what functions do, a transaction.
  static func isUnclear(after statements: [SQLStatement]) -> Bool {
    statements.contains { $0.facts.sessionEffect == .unclear } || isInTransaction(after: statements)
  }

  private static func isInTransaction(after statements: [SQLStatement]) -> Bool {
    let last = statements.last { statement in
      switch statement.facts.transactionControl {
      case .begin, .commit, .rollback, .prepareTransaction: true
      default: false
      }
    }
    return last?.facts.transactionControl == .begin
  }

  /// Whether a statement may give the migration lock away.
  static func mayReleaseLock(_ statement: SQLStatement) -> Bool {
    statement.facts.verb == "DISCARD ALL" || statement.facts.transactionControl == nil && !statement.facts.isAtomic
  }
}
