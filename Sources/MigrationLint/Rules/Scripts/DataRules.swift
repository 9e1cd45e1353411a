internal import MigrationCore

extension Rule {
  static let dataMixed = Rule(
    "data-mixed", .error, "One file changes the schema and rows",
    why:
      "The lock of the schema change is kept while rows are changed. Citus refuses some such transactions outright: after a "
      + "parallel operation on a distributed table, DDL on tables that it refers to is an error. Rows for a table that the file "
      + "itself creates are no such case.",
    remedy: "Write the rows in a file of their own.",
    serverMessage: "because there was a parallel operation on a distributed table in the transaction",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_stake.sql
        ALTER TABLE bets ADD COLUMN stake numeric;
        UPDATE bets SET stake = 0 WHERE tenant_id = 1;
        """),
      .good(
        """
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        SELECT create_reference_table('bet_statuses');
        INSERT INTO bet_statuses VALUES ('open'), ('settled');
        """),
    ],
    checks: [
      .script { context in
        guard context.script.isTransactional, context.script.role != .undo else { return [] }
        let shapes = context.script.statements.flatMap(\.shapes)
        guard shapes.contains(where: { changesSchema($0.shape) }) else { return [] }
        let first = shapes.first { placed in
          guard let table = changedRows(placed.shape) else { return false }
          let state = context.state[table.name]
          if case .other(.temporaryTable)? = state?.placement { return false }
          return state?.createdIn != context.script.index
        }
        return first.map { [Remark($0.range, "Rows are changed in a file that also changes the schema.")] } ?? []
      }
    ])

  private static func changesSchema(_ shape: Shape) -> Bool {
    switch shape {
    case .createTable, .alterTable, .createIndex, .createTrigger, .createRule: true
    case .drop(let drop): ["table", "index", "schema", "type", "sequence"].contains(drop.kind)
    default: false
    }
  }

  private static func changedRows(_ shape: Shape) -> NamePlace? {
    switch shape {
    case .insert(let insert): insert.table
    case .update(let update): update.table
    case .delete(let delete): delete.table
    case .merge(let table), .copyIn(let table): table
    default: nil
    }
  }

  static let dataUnbounded = Rule(
    "data-unbounded", .error, "One statement changes all rows",
    why:
      "Without a tenant or a batch, an UPDATE or DELETE works on all shards in one distributed transaction, keeps its row locks "
      + "until the last one is done, and leaves as many dead rows. Filling a column that an earlier file added, where it is NULL, "
      + "can be repeated and is let through.",
    remedy:
      "Let a directive `-- whimbrel: backfill table=... set=\"...\" where=\"...\" batch=5000` in a file of its own change the rows "
      + "in batches, or work tenant by tenant.",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, note text, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__clear_notes.sql
        UPDATE bets SET note = NULL;
        """),
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, note text, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__delete_notes.sql
        DELETE FROM bets WHERE note = 'x';
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, note text, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__clear_notes.sql
        UPDATE bets SET note = NULL WHERE tenant_id = 1;
        """),
    ],
    checks: [.statement(checkUnbounded)])

  private static func checkUnbounded(_ context: StatementContext) -> [Remark] {
    let (table, condition, assignments): (NamePlace, Expression?, [Assignment])
    switch context.shape {
    case .update(let update): (table, condition, assignments) = (update.table, update.condition, update.assignments)
    case .delete(let delete): (table, condition, assignments) = (delete.table, delete.condition, [])
    default: return []
    }
    let state = context.table(table)
    guard !context.isNew(table), context.isPlain(table), !isOther(state) else { return [] }
    guard let condition else {
      return [Remark(context.placed.range, "There is no WHERE: all rows of \(shown(table)) change.")]
    }
    guard state?.isDistributed == true, let key = state?.distributionColumn, !condition.mentions(key),
      !condition.mentions(context.settings.tenantColumn), !condition.lexemes.has("limit"),
      !fills(assignments, condition, state)
    else { return [] }
    return [
      Remark(
        context.placed.range,
        "The condition names neither \(shown(key)) nor a batch: every shard of \(shown(table)) is searched.",
        level: .warning)
    ]
  }

  private static func isOther(_ table: TableState?) -> Bool {
    guard case .other? = table?.placement else { return false }
    return true
  }

  /// `UPDATE t SET c = ... WHERE c IS NULL` for a column that an earlier file added.
  private static func fills(_ assignments: [Assignment], _ condition: Expression, _ table: TableState?) -> Bool {
    let columns = assignments.flatMap(\.columns).map(\.name)
    guard let column = columns.first, columns.count == 1, table?.columns[column]?.addedIn != nil else { return false }
    return condition.lexemes.map(\.text).suffix(3) == [column, "is", "null"]
  }
}
