internal import MigrationCore

extension Rule {
  static let lockRewrite = Rule(
    "lock-rewrite", .error, "All rows are written anew while nobody can use the table",
    why:
      "Most changes of a column's type, a default that is computed for each row, a stored generated column, VACUUM FULL, CLUSTER "
      + "and alter_distributed_table write every row again under ACCESS EXCLUSIVE.",
    remedy:
      "Add a column, write both, fill the old rows in batches (`-- whimbrel: backfill`), then switch; give a default after the "
      + "column is added.",
    examples: [
      .bad(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, age text, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__age_as_number.sql
        ALTER TABLE users ALTER COLUMN age TYPE integer USING age::integer;
        """),
      .bad(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__add_token.sql
        ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
        """),
      .good(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, name varchar(20), PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__longer_names.sql
        ALTER TABLE users ALTER COLUMN name TYPE text;
        """),
    ],
    checks: [.statement(rewriting)])

  private static func rewriting(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .alterTable(let alter):
      guard !context.isNew(alter.table), context.isPlain(alter.table) else { return [] }
      let table = context.table(alter.table)
      return alter.actions.compactMap { action in
        // Citus refuses to change the distribution column: another rule says so.
        if case .alterType(let column, _, _) = action.kind, column.name == table?.distributionColumn { return nil }
        guard let reason = rewrite(action.kind, table) else { return nil }
        return Remark(action.range, "\(reason): all rows of \(shown(alter.table)) are written anew.")
      }
    case .maintenance(let maintenance):
      guard maintenance.kind == .vacuum(isFull: true) || maintenance.kind == .cluster else { return [] }
      let what = maintenance.kind == .cluster ? "CLUSTER" : "VACUUM FULL"
      let target = maintenance.target.map { " of \(shown($0))" } ?? ""
      return [Remark(context.placed.range, "\(what) writes all rows\(target) anew while everyone waits.")]
    case .query(let query):
      return query.calls.compactMap { call in
        guard CitusFunctions.rewriting.contains(call.function), let name = call.table(), !context.isNew(name) else {
          return nil
        }
        return Remark(call.range, "\(shown(call.function)) makes a new table of \(shown(name)) and moves all rows.")
      }
    default: return []
    }
  }

  private static func rewrite(_ action: AlterAction.Kind, _ table: TableState?) -> String? {
    switch action {
    case .addColumn(let column, _, _):
      if column.generated == .stored { return "\(shown(column.name)) is stored and computed" }
      if column.isNumbered, table?.isCitus != true { return "\(shown(column.name)) is numbered" }
      guard let call = column.fallback.flatMap(FunctionVolatility.volatileCall), table?.isReference != true else {
        return nil
      }
      return "\(shown(call)) is computed for each row"
    case .alterType(let column, let type, let using):
      let old = table?.columns[column.name]
      if using == nil, let old, keepsRows(from: old, to: type) { return nil }
      return "\(shown(column)) becomes \(type.base)"
    case .rewrite(let form): return form
    default: return nil
    }
  }

  /// Whether PostgreSQL keeps the rows as they are (`ATColumnChangeRequiresRewrite`; only the usual cases).
  private static func keepsRows(from old: TableState.Column, to new: TypeName) -> Bool {
    let texts: Set<String> = ["text", "character varying"]
    if texts.contains(old.type), texts.contains(new.canonical) {
      guard let longest = new.modifiers.first else { return true }
      return old.type == "character varying" && (old.modifiers.first.map { $0 <= longest } ?? false)
    }
    guard old.type == new.canonical else { return false }
    if new.modifiers.isEmpty || old.modifiers == new.modifiers { return old.type != "character" }
    guard old.type == "numeric", old.modifiers.count == 2, new.modifiers.count == 2 else { return false }
    return old.modifiers[1] == new.modifiers[1] && old.modifiers[0] <= new.modifiers[0]
  }
}
