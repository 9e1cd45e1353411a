internal import MigrationCore

extension Rule {
  static let citusUndistributable = Rule(
    "cit-undistributable", .error, "Something is distributed that Citus cannot distribute",
    why:
      "Only ordinary, partitioned and foreign tables can become Citus tables, once, from the top of their hierarchy, "
      + "by a column that can be hashed and is not computed. A materialized view stays on the coordinator.",
    remedy:
      "Distribute a table instead: for a materialized view a rollup table, distributed like its source and filled by "
      + "INSERT ... SELECT ... ON CONFLICT; or keep the view on the coordinator and refresh it there.",
    serverMessage: "is not a regular, foreign or partitioned table",
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE MATERIALIZED VIEW bets_view AS SELECT tenant_id, bet_id FROM bets WITH NO DATA;
        SELECT create_distributed_table('bets_view', 'tenant_id');
        """, refusal: "is not a regular, foreign or partitioned table"),
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        SELECT create_distributed_table('bets', 'tenant_id');
        """, refusal: "is already distributed"),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE TABLE bet_totals (tenant_id bigint NOT NULL, day date, bets bigint, PRIMARY KEY (tenant_id, day));
        SELECT create_distributed_table('bet_totals', 'tenant_id', colocate_with => 'bets');
        """),
    ],
    checks: [
      .statement { context in
        guard case .query(let query) = context.shape else { return [] }
        return query.calls.compactMap { undistributable($0, query, context) }
      }
    ])

  private static func undistributable(_ call: Call, _ query: Query, _ context: StatementContext) -> Remark? {
    let isDistributing = CitusFunctions.distributing.contains(call.function)
    guard isDistributing || call.function == "create_reference_table", let name = call.table(),
      let table = context.table(name)
    else { return nil }
    let subject = "\(shown(name)) is a"
    switch table.placement {
    case .other(.temporaryTable):
      return Remark(call.range, "\(subject) temporary table: Citus says `cannot distribute a temporary table`.")
    case .other(.foreignTable):
      return Remark(call.range, "\(subject) foreign table: Citus says `foreign tables cannot be distributed`.")
    case .other(let kind):
      return Remark(
        call.range,
        "\(subject) \(kind.rawValue): Citus says `\(ScriptMask.shown(name.name.name)) is not a regular, foreign or "
          + "partitioned table`.")
    case .distributed, .reference, .schemaSharded:
      // With a condition it may well be the guard against this.
      guard !query.hasCondition, table.parent == nil else { return nil }
      return Remark(call.range, "\(subject) \(table.title) already: Citus refuses to distribute it again.")
    case .local: return hierarchyOrColumn(call, name, table, isDistributing, context)
    }
  }

  private static func hierarchyOrColumn(
    _ call: Call, _ name: NamePlace, _ table: TableState, _ isDistributing: Bool, _ context: StatementContext
  ) -> Remark? {
    if let parent = table.parent {
      return Remark(
        call.range,
        "\(shown(name)) is a partition of \(shown(parent)), or inherits from it: only the top can be distributed.",
        remedy: "Distribute \(shown(parent)) instead.")
    }
    let children = context.state.partitions[context.state.key(name.name)] ?? []
    if !table.isPartitioned, let child = children.first(where: { context.state[$0]?.parent != nil }) {
      return Remark(
        call.range,
        "\(shown(child)) inherits from \(shown(name)): Citus says `\(ScriptMask.shown(name.name.name)) is not a regular, "
          + "foreign or partitioned table`.", remedy: "Use a partitioned table.")
    }
    guard isDistributing, let argument = call.argument("distribution_column", at: 1), argument.isLiteral,
      let value = argument.value, !ScriptMask.isPlaceholder(value)
    else { return nil }
    guard let column = table.columns[value] else {
      guard table.hasAllColumns else { return nil }
      return Remark(
        argument.range, "\(shown(name)) has no column \(shown(value)) to be distributed by.",
        remedy: "Name a column of the table.")
    }
    if column.isGenerated {
      return Remark(
        argument.range, "\(shown(value)) is computed from other columns, so nothing can be distributed by it.")
    }
    guard ["json", "xml", "point", "box", "polygon"].contains(column.type) else { return nil }
    return Remark(argument.range, "\(shown(value)) is of type \(column.type), which has no hash function.")
  }
}
