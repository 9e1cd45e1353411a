internal import MigrationCore

extension Rule {
  static let transactionAlone = Rule(
    "tx-alone", .error, "A statement that needs to be alone is not",
    why:
      "CREATE INDEX CONCURRENTLY, VACUUM, create_distributed_table_concurrently and a few others are refused in a transaction. "
      + "In one file with others, nothing of those is rolled back when one fails, and the file cannot be run again. A new value "
      + "of an enum can be added in a transaction, but not used before that has ended.",
    remedy: "Give it a file of its own.",
    serverMessage: "cannot run inside a transaction block",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__index_users.sql
        ALTER TABLE bets ADD COLUMN note text;
        CREATE INDEX CONCURRENTLY idx_bets_user ON bets (tenant_id, user_id);
        """, isForServer: false),
      .bad(
        """
        -- V1__add_orders.sql
        CREATE TYPE order_state AS ENUM ('open', 'paid');
        CREATE TABLE orders (order_id bigint PRIMARY KEY, state order_state NOT NULL);
        -- V2__refund_orders.sql
        ALTER TYPE order_state ADD VALUE 'refunded';
        UPDATE orders SET state = 'refunded' WHERE order_id = 1;
        """, refusal: "unsafe use of new value"),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__index_users.sql
        CREATE INDEX CONCURRENTLY idx_bets_user ON bets (tenant_id, user_id);
        """),
    ],
    checks: [
      .script { context in
        let statements = context.script.statements
        // A setting before it is no work that could be lost.
        let working = statements.filter { statement in
          // Nor is what another rule finds: the script's own COMMIT and BEGIN.
          switch statement.shape {
          case .set, .transaction: return false
          default: return true
          }
        }
        let early = statements.filter { $0.newEnumValue != nil && context.script.isTransactional }.map { statement in
          Remark(
            statement.range,
            "\(shown(statement.newEnumValue ?? "")) is new in this transaction: PostgreSQL says `unsafe use of new value` of it.",
            remedy: "Use the value in the next file.")
        }
        return early
          + statements.compactMap { statement in
            guard let reason = statement.facts.nonTransactionalReason else { return nil }
            if context.script.executeInTransaction == true {
              return Remark(
                statement.range, "\(reason) cannot run in the transaction that executeInTransaction=true asks for.",
                remedy: "Set executeInTransaction=false in the script's .conf, or leave it out.")
            }
            if working.count > 1 { return Remark(statement.range, "\(reason) stands in a file with other statements.") }
            let isUnknown = context.settings.runner == .flyway && reason == "create_distributed_table_concurrently"
            guard isUnknown, context.script.executeInTransaction == nil else { return nil }
            return Remark(
              statement.range, "Flyway does not know that \(reason) runs outside of a transaction.",
              remedy: "Write executeInTransaction=false into the script's .conf.")
          }
      }
    ])

  static let transactionSession = Rule(
    "tx-session", .error, "A script changes its session, or its transaction",
    why:
      "A migration and its row in the history commit together; BEGIN or COMMIT in the script parts them. What SET, a temporary "
      + "table, an advisory lock or PREPARE leave in the session is there for the next script, or not, as it is run alone.",
    remedy: "Write SET LOCAL, and leave transactions to the runner.",
    hasEdits: true,
    examples: [
      .bad(
        """
        BEGIN;
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        COMMIT;
        """, isForServer: false),
      .bad(
        """
        SET search_path = public;
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
      .good(
        """
        SET LOCAL work_mem = '64MB';
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [.statement(checkSession)])

  private static func checkSession(_ context: StatementContext) -> [Remark] {
    let range = context.placed.range
    switch context.shape {
    case .transaction(let control):
      guard control.breaksMigrationTransaction else { return [] }
      return [
        Remark(range, "The script's transaction belongs to the runner: this parts the migration and its history.")
      ]
    case .set(let setting):
      guard staysSet(setting, context) else { return [] }
      let canBeLocal = setting.isStatement && setting.name != "session_authorization"
      return [
        Remark(
          range, "\(shown(setting.name)) stays set for the scripts that run behind this one.",
          edits: canBeLocal ? [.insert(" LOCAL", at: setting.range.upperBound)] : [])
      ]
    case .session(let what): return [Remark(range, "\(what) lives in the session, which other scripts use too.")]
    case .createTable(let table) where table.persistence == .temporary:
      guard !table.isDroppedOnCommit, !context.script.deeds.drops("table", table.name, behind: range.upperBound) else {
        return []
      }
      return [
        Remark(
          range, "\(shown(table.name)) stays in the session, and is not there when a later script looks for it.",
          level: .warning)
      ]
    case .query(let query):
      let lock = query.calls.first { $0.function.contains("advisory_lock") }
      let settings = query.calls.compactMap(\.setting).filter { staysSet($0, context) }
      return (lock.map { [Remark($0.range, "The lock stays with the session until it ends.")] } ?? [])
        + settings.map { Remark($0.range, "\(shown($0.name)) stays set for the scripts that run behind this one.") }
    case .lockTables(let tables):
      guard let table = tables.first else { return [] }
      return [Remark(range, "LOCK keeps \(shown(table)) until the migration ends, on every node.", level: .warning)]
    default: return []
    }
  }

  /// What runs outside of a transaction has no other way, a callback is there for it, and the lock timeout has a rule of
  /// its own.
  private static func staysSet(_ setting: Setting, _ context: StatementContext) -> Bool {
    setting.scope == .session && setting.name != "lock_timeout" && context.script.isTransactional
      && context.script.role != .callback
      && !context.script.deeds.resets(setting.name, behind: context.placed.range.upperBound)
  }
}
