internal import MigrationCore

/// What statements leave in the session that ran them, and a new session lacks.
enum SessionTrace {
  /// What can be set again: `SET` and `RESET`.
  static func replayable(_ statements: [SQLStatement]) -> [SQLStatement] {
    statements.filter { hasVerb($0, ["SET", "RESET"]) }
  }

  /// Whether there may be more than that: temporary tables, prepared statements, what functions do.
  static func isUnclear(after statements: [SQLStatement]) -> Bool {
    statements.contains { statement in
      statement.facts.concurrentIndex == nil
        && !hasVerb(
          statement,
          [
            "SET", "RESET", "VACUUM", "ANALYZE", "REINDEX", "CLUSTER", "CHECKPOINT", "ALTER", "DROP", "COMMENT",
            "GRANT",
            "REVOKE", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX",
            "CREATE TYPE", "CREATE SCHEMA", "CREATE EXTENSION", "CREATE SEQUENCE", "CREATE FUNCTION",
            "CREATE OR REPLACE",
          ])
    }
  }

  private static func hasVerb(_ statement: SQLStatement, _ verbs: [String]) -> Bool {
    verbs.contains { statement.facts.verb == $0 || statement.facts.verb.hasPrefix($0 + " ") }
  }
}
