internal import MigrationCore

extension Rule {
  static let repeatDistribute = Rule(
    "idem-distribute", .warning, "create_distributed_table where it may be done already",
    why:
      "create_distributed_table has no IF NOT EXISTS: a second call is an error. That comes to pass in a repeatable script, in a "
      + "file without a transaction, and behind CREATE TABLE IF NOT EXISTS, which says that the table may be there.",
    remedy:
      "Guard the call with WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '...'::regclass).",
    serverMessage: "is already distributed",
    hasEdits: true,
    examples: [
      .bad(
        """
        CREATE TABLE IF NOT EXISTS bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """, isForServer: false),
      .good(
        """
        CREATE TABLE IF NOT EXISTS bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id')
          WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = 'bets'::regclass);
        """),
    ],
    checks: [
      .statement { context in
        guard case .query(let query) = context.shape, !query.hasCondition else { return [] }
        return query.calls.compactMap { call in
          guard CitusFunctions.distributing.contains(call.function) || call.function == "create_reference_table",
            let name = call.table()
          else { return nil }
          let isConditional = context.isNew(name) && context.table(name)?.isConditional == true
          guard context.script.mayRunAgain || isConditional else { return nil }
          // What runs concurrently takes itself back to a local table when it fails.
          guard context.script.role == .repeatable || call.function != "create_distributed_table_concurrently" else {
            return nil
          }
          let text = ScriptMask.isPlaceholder(name.name.description) ? nil : call.argument("table_name", at: 0)?.value
          let edits = query.guardOffset.flatMap { offset in
            text.map { table in
              [
                Edit.insert(
                  " WHERE NOT EXISTS (SELECT 1 FROM pg_dist_partition WHERE logicalrelid = '\(table)'::regclass)",
                  at: offset)
              ]
            }
          }
          return Remark(
            call.range, "\(shown(name)) may be distributed already when this runs.",
            edits: context.placed.isEmbedded ? [] : edits ?? [])
        }
      }
    ])

  static let repeatExists = Rule(
    "idem-exists", .warning, "A statement that fails the second time, where there may be one",
    why:
      "A repeatable script or a callback runs again over what it has left, and so does a file without a transaction that has failed "
      + "half-way.",
    remedy: "Write IF NOT EXISTS, IF EXISTS or OR REPLACE.",
    hasEdits: true,
    examples: [
      .bad(
        """
        -- R__open_bets.sql
        CREATE VIEW open_bets AS SELECT 1 AS one;
        """, isForServer: false),
      .bad(
        """
        -- R__reports.sql
        CREATE SCHEMA reports;
        """, isForServer: false),
      .good(
        """
        -- R__open_bets.sql
        CREATE OR REPLACE VIEW open_bets AS SELECT 1 AS one;
        """),
    ],
    checks: [
      .statement { context in
        guard context.script.mayRunAgain, context.script.role != .undo, !context.placed.isEmbedded else { return [] }
        return unrepeatable(context).map { [$0] } ?? []
      }
    ])

  private static func unrepeatable(_ context: StatementContext) -> Remark? {
    let range = context.placed.range
    func remark(_ what: String, _ text: String, _ offset: Int) -> Remark {
      Remark(range, "\(what) fails when it is there already.", edits: [.insert(" \(text)", at: offset)])
    }
    if dropsBefore(context) { return nil }
    switch context.shape {
    case .createTable(let table) where !table.isConditional && table.persistence != .temporary:
      return remark("CREATE TABLE \(shown(table.name))", "IF NOT EXISTS", table.nameOffset)
    case .createView(let view) where !view.isMaterialized && !view.isReplacing:
      return Remark(
        range, "CREATE VIEW \(shown(view.name)) fails when it is there already.",
        remedy: "Write CREATE OR REPLACE VIEW.")
    case .createView(let view) where view.isMaterialized && !view.isConditional:
      return remark("CREATE MATERIALIZED VIEW \(shown(view.name))", "IF NOT EXISTS", view.nameOffset)
    case .createFunction(let function) where !function.isReplacing:
      return Remark(
        range, "CREATE FUNCTION \(shown(function.name)) fails when it is there already.",
        remedy: "Write CREATE OR REPLACE.")
    case .createIndex(let index) where !index.isConcurrent && index.condition == nil && index.name != nil:
      return remark("CREATE INDEX", "IF NOT EXISTS", index.optionOffset)
    case .createOther(let other) where ["schema", "extension"].contains(other.kind) && !other.isConditional:
      return remark("CREATE \(other.kind.uppercased())", "IF NOT EXISTS", other.nameOffset)
    case .drop(let drop) where !drop.isConditional && !drop.names.isEmpty && drop.kind != "owned":
      return Remark(
        range, "DROP \(drop.kind.uppercased()) fails when it is gone already.",
        edits: drop.kind == "cast" ? [] : [.insert(" IF EXISTS", at: drop.nameOffset)])
    default: return nil
    }
  }

  /// Whether the script drops first what the statement makes.
  private static func dropsBefore(_ context: StatementContext) -> Bool {
    let (kind, name): (String, NamePlace?) =
      switch context.shape {
      case .createTable(let table): ("table", table.name)
      case .createView(let view): (view.isMaterialized ? "materialized view" : "view", view.name)
      case .createFunction(let function): ("function", function.name)
      case .createIndex(let index): ("index", index.name)
      case .createOther(let other): (other.kind, other.name)
      default: ("", nil)
      }
    return name.map { context.script.deeds.drops(kind, $0, before: context.placed.range.lowerBound) } ?? false
  }
}
