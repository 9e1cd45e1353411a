internal import MigrationCore

extension Rule {
  static let parseOpaque = Rule(
    "parse-opaque", .warning, "A statement that the rules cannot look into",
    why:
      "A statement of an unknown form, or text that is put together and run in a DO block, may do anything. Saying nothing about it "
      + "would look like approval.",
    remedy: "Write it as plain SQL; if it is right, say so with `-- whimbrel-ignore parse-opaque: the reason`.",
    examples: [
      .bad(
        """
        DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id bigint)', 'bets'); END $$;
        """),
      .bad("FROBNICATE TABLE bets;", refusal: "syntax error"),
      .good("CREATE EXTENSION IF NOT EXISTS pgcrypto;", isForServer: false),
    ],
    checks: [
      .statement { context in
        switch context.shape {
        case .opaque(let reason):
          return [Remark(context.placed.range, "Nothing is known about this statement: \(reason).")]
        case .procedure(let procedure):
          return procedure.dynamic.map { Remark($0, "This runs text that is put together while it runs.") }
        case .alterTable(let alter):
          return alter.actions.compactMap { action in
            guard case .unknown = action.kind else { return nil }
            return Remark(action.range, "Nothing is known about this change of \(shown(alter.table)).")
          }
        default: return []
        }
      }
    ])

  /// What stands in the file cannot be cut into statements; its findings are made where files are read.
  static let parseBroken = Rule(
    "parse-broken", .error, "A file that is no script",
    why:
      "The server, or the runner before it, cannot take such a file: a literal or parenthesis never ends, a line is a command of "
      + "psql, COPY data has no end, bytes are no UTF-8, one column is set twice, a directive `-- whimbrel: backfill` cannot be "
      + "followed.",
    remedy: "See the message.",
    examples: [
      .bad("CREATE TABLE bets (tenant_id bigint;", isForServer: false),
      .bad("\\i other.sql\n", isForServer: false),
      .bad(
        """
        CREATE TABLE bets (bet_id bigint PRIMARY KEY, state text);
        UPDATE bets SET state = 'open', state = 'settled' WHERE bet_id = 1;
        """, refusal: "multiple assignments to same column"),
      .good("CREATE EXTENSION IF NOT EXISTS pgcrypto;", isForServer: false),
    ],
    checks: [
      .statement { context in
        let assignments: [Assignment] =
          switch context.shape {
          case .update(let update): update.assignments
          case .insert(let insert): insert.conflictAssignments
          default: []
          }
        var seen: Set<String> = []
        return assignments.filter { !$0.isPartial }.flatMap(\.columns).filter { !seen.insert($0.name).inserted }.map {
          Remark(
            $0.range, "\(shown($0)) is set twice: PostgreSQL says `multiple assignments to same column`.",
            remedy: "Leave one of them out.")
        }
      }
    ])

  /// Its findings are made where comments are read.
  static let ignoreComment = Rule(
    "ignore-comment", .warning, "A comment that ignores findings, and does not do so",
    why:
      "A finding is ignored by rule, with a reason, and if wanted until a day. A comment without a reason, for a rule that is "
      + "not there, for nothing that is found, or whose day has come, does nothing.",
    remedy: "Write `-- whimbrel-ignore RULE[, RULE] [until=YYYY-MM-DD]: the reason` before the statement, "
      + "`-- whimbrel-ignore-file` for all of the file, or delete it.",
    examples: [
      .bad(
        """
        -- whimbrel-ignore style-types
        CREATE EXTENSION IF NOT EXISTS pgcrypto;
        """, isForServer: false),
      .good(
        """
        -- whimbrel-ignore style-types: the time on the clock at the place, whatever the zone
        CREATE TABLE venues (venue_id bigint PRIMARY KEY, opens_at timestamp);
        """),
    ],
    checks: [])
}
