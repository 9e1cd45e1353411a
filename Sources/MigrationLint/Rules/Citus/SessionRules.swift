internal import MigrationCore

extension Rule {
  static let citusLock = Rule(
    "cit-lock", .error, "A lock timeout that does not reach the workers",
    why:
      "lock_timeout counts on the coordinator only: with a reader on one shard, ALTER TABLE waits on the worker as long as "
      + "the reader stays, and every other query waits behind it. Under `citus.propagate_set_commands = 'local'`, SET LOCAL "
      + "reaches the workers' transactions.",
    remedy: "Leave it to whimbrel, which sets both for each transactional migration; or write SET LOCAL, behind "
      + "`SET LOCAL citus.propagate_set_commands = 'local'` where another program runs the script.",
    hasEdits: true,
    examples: [
      .bad(
        """
        SET lock_timeout = '5s';
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
      .good(
        """
        SET LOCAL lock_timeout = '5s';
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [.statement(checkSessionLockTimeout), .script(checkLockTimeouts)])

  private static func checkSessionLockTimeout(_ context: StatementContext) -> [Remark] {
    let settings: [Setting] =
      switch context.shape {
      case .set(let setting): [setting]
      case .query(let query): query.calls.compactMap(\.setting)
      default: []
      }
    return settings.compactMap { setting in
      guard setting.name == "lock_timeout", setting.scope != .reset else { return nil }
      let range = setting.isStatement ? context.placed.range : setting.range
      if setting.value?.prefix(while: \.isNumber).allSatisfy({ $0 == "0" }) == true, setting.value?.first == "0" {
        return Remark(
          range,
          "A limit of 0 is none: whatever is locked is waited for as long as it takes, and all others behind it.",
          remedy: "Delete it, or say how long the wait may be.")
      }
      guard setting.scope == .session, context.script.isTransactional else { return nil }
      return Remark(
        range, "SET without LOCAL does not reach the workers, where the locks are waited for.",
        edits: setting.isStatement ? [.insert(" LOCAL", at: setting.range.upperBound)] : [])
    }
  }

  /// With a runner that sets nothing, each script that changes a table in use has to set it itself.
  private static func checkLockTimeouts(_ context: ScriptContext) -> [Remark] {
    guard context.settings.runner == .flyway, context.script.isTransactional, context.script.role != .undo else {
      return []
    }
    var isPropagating = false
    var isLimited = false
    for statement in context.script.statements {
      for placed in statement.shapes {
        switch placed.shape {
        case .set(let setting) where setting.name == "citus.propagate_set_commands":
          isPropagating = setting.value == "local"
        case .set(let setting) where setting.name == "lock_timeout" && setting.scope == .local:
          isLimited = isPropagating
        default:
          guard !isLimited, let table = lockedOnWorkers(placed, context) else { continue }
          let lines = "SET LOCAL citus.propagate_set_commands = 'local';\nSET LOCAL lock_timeout = '5s';\n"
          return [
            Remark(
              placed.range, "\(shown(table)) is locked on every worker, and nothing limits the wait there.",
              edits: placed.isEmbedded ? [] : [.insert(lines, at: statement.range.lowerBound)])
          ]
        }
      }
    }
    return []
  }

  /// Of what a statement locks, the first table that Citus manages; what is dropped may be one.
  private static func lockedOnWorkers(_ placed: PlacedShape, _ context: ScriptContext) -> NamePlace? {
    placed.shape.lockedTables.first { name in
      guard !context.script.deeds.makes("table", name, before: placed.range.lowerBound) else { return false }
      if case .drop = placed.shape { return true }
      return context.state[name.name]?.isCitus == true
    }
  }

  static let citusAdmin = Rule(
    "cit-admin", .error, "A script works on the cluster, or on nodes past Citus",
    why:
      "Commands on workers and shards are no part of the migration's transaction, report failures as rows, and new or moved "
      + "shards lack what they did. With propagation off, other nodes miss what follows. Nodes are added by who runs the cluster.",
    remedy:
      "Write plain SQL on the coordinator and let Citus send it; change nodes and settings outside of migrations.",
    examples: [
      .bad("SELECT run_command_on_workers('CREATE EXTENSION IF NOT EXISTS pgcrypto');"),
      .bad(
        """
        SET LOCAL citus.enable_ddl_propagation = off;
        CREATE TABLE bets (bet_id bigint PRIMARY KEY);
        SELECT create_reference_table('bets');
        """),
      .good("CREATE EXTENSION IF NOT EXISTS pgcrypto;", isForServer: false),
    ],
    checks: [.statement(checkAdmin)])

  private static func checkAdmin(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .query(let query):
      return query.calls.compactMap { call in
        if CitusFunctions.administrative.contains(call.function) {
          return Remark(
            call.range, "\(shown(call.function)) works on nodes or shards past the migration's transaction.")
        }
        return call.setting.flatMap { unsafe($0, call.range) }
      }
    case .set(let setting): return unsafe(setting, context.placed.range).map { [$0] } ?? []
    case .insert(let insert): return catalog(insert.table)
    case .update(let update): return catalog(update.table)
    case .delete(let delete): return catalog(delete.table)
    case .alterOther(let alter) where alter.kind == "system":
      return [Remark(context.placed.range, "ALTER SYSTEM changes this one server, for every database.")]
    default: return []
    }
  }

  private static func unsafe(_ setting: Setting, _ range: Range<Int>) -> Remark? {
    let isOn = ["on", "true", "yes", "1", "t", "y"].contains(setting.value ?? "")
    let isUnsafe =
      CitusFunctions.unsafeWhenOff.contains(setting.name) && setting.isOff
      || CitusFunctions.unsafeWhenOn.contains(setting.name) && isOn
    guard isUnsafe else { return nil }
    return Remark(range, "With \(shown(setting.name)) set like this, nodes of the cluster become different.")
  }

  private static func catalog(_ table: NamePlace) -> [Remark] {
    guard table.name.name.hasPrefix("pg_dist_") else { return [] }
    return [Remark(table.range, "\(shown(table)) is Citus' own catalog; writing to it breaks the metadata.")]
  }

  static let citusWorkers = Rule(
    "cit-workers", .warning, "A script waits for workers, or counts them",
    why:
      "Before anything is applied, whimbrel checks that the expected workers are there, active, synced and reachable from "
      + "each other. A script that looks for itself sees less, fails instead of waiting, and is a migration for ever.",
    remedy: "Delete it: set spec.cluster.workers.expected, or run `whimbrel migrate`, which checks the cluster first.",
    examples: [
      .bad(
        """
        DO $$
        DECLARE worker_count integer;
        BEGIN
          SELECT count(*) INTO worker_count FROM master_get_active_worker_nodes();
          IF worker_count = 0 THEN RAISE EXCEPTION 'No Citus workers available'; END IF;
        END $$;
        """),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [
      .statement { context in
        let mentions: [ColumnPlace]
        switch context.shape {
        case .query(let query) where !context.placed.isEmbedded: mentions = query.nodeMentions
        case .procedure(let procedure): mentions = procedure.nodeMentions
        default: mentions = []
        }
        guard let first = mentions.first else { return [] }
        return [
          Remark(
            first.range, "\(shown(first)) is asked for the cluster's nodes: the controller does that before it starts.")
        ]
      }
    ])
}
