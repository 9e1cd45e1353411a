internal import MigrationCore

extension Rule {
  static let tenantUndistributed = Rule(
    "ten-undistributed", .error, "A table with the tenant's column is never distributed",
    why:
      "Without create_distributed_table a table stays on the coordinator: its rows are not with the tenant's other rows, "
      + "joins and foreign keys with distributed tables are refused, and the coordinator fills up.",
    remedy: "Call create_distributed_table in the file that creates the table.",
    examples: [
      .bad("CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));"),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [
      .directory { context in
        let tenant = context.settings.tenantColumn
        return context.state.tables.compactMap { name, table in
          guard table.placement == .local, table.parent == nil, let file = table.createdIn,
            table.columns[tenant] != nil
          else { return nil }
          return Remark(
            table.createdAt,
            "\(shown(ObjectName(schema: nil, name: name.name))) has \(shown(tenant)) and no file distributes it.",
            file: file)
        }
      }
    ])

  static let tenantWrongKey = Rule(
    "ten-wrong-key", .error, "A table is distributed by another column than the tenant's",
    why:
      "Only tables that are distributed by the same column keep a tenant's rows together. By another one, each query of a "
      + "tenant goes to every shard.",
    remedy: "Distribute by the tenant's column; a table that belongs to no tenant is a reference table.",
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'bet_id');
        """),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [
      .statement { context in
        guard case .query(let query) = context.shape else { return [] }
        return query.calls.compactMap { wrongKey($0, context) }
      }
    ])

  private static func wrongKey(_ call: Call, _ context: StatementContext) -> Remark? {
    let tenant = context.settings.tenantColumn
    guard CitusFunctions.distributing.contains(call.function), let name = call.table(),
      let argument = call.argument("distribution_column", at: 1)
    else { return nil }
    if argument.value == "null", !argument.isLiteral {
      return Remark(
        argument.range, "NULL makes \(shown(name)) one single shard (Citus 12), or does nothing (before).",
        level: .warning, remedy: "Name \(shown(tenant)), or make it a reference table.")
    }
    guard argument.isLiteral, let column = argument.value, column != tenant, !ScriptMask.isPlaceholder(column) else {
      return nil
    }
    let table = context.table(name)
    let hasTenant = table?.columns[tenant] != nil
    return Remark(
      argument.range,
      hasTenant
        ? "\(shown(name)) has \(shown(tenant)) and is distributed by \(shown(column))."
        : "\(shown(name)) is distributed by \(shown(column)), not by \(shown(tenant)).",
      level: hasTenant ? nil : .warning)
  }

  static let tenantReference = Rule(
    "ten-reference", .warning, "A table is in the wrong place for what it holds",
    why:
      "A reference table is copied to every node and each write goes to all of them, which suits small lookup tables. A lookup "
      + "table that is left local cannot be referred to by distributed tables, and workers do not see it.",
    remedy: "Make lookup tables reference tables with create_reference_table, and distribute what belongs to tenants.",
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_reference_table('bets');
        """),
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        """),
      .good(
        """
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        SELECT create_reference_table('bet_statuses');
        """),
    ],
    checks: [.statement(tenantsReference), .directory(localLookups)])

  private static func tenantsReference(_ context: StatementContext) -> [Remark] {
    guard case .query(let query) = context.shape else { return [] }
    let tenant = context.settings.tenantColumn
    return query.calls.compactMap { call in
      guard call.function == "create_reference_table", let name = call.table(),
        let table = context.table(name), table.columns[tenant] != nil, !isListOfTenants(table, tenant)
      else { return nil }
      return Remark(call.range, "\(shown(name)) has \(shown(tenant)) and is copied to every node.")
    }
  }

  /// With one row for each tenant it is a lookup table.
  private static func isListOfTenants(_ table: TableState, _ tenant: String) -> Bool {
    table.constraints.contains { [.primaryKey, .unique].contains($0.kind) && $0.columns == [tenant] }
  }

  private static func localLookups(_ context: DirectoryContext) -> [Remark] {
    let tenant = context.settings.tenantColumn
    // Scripts that use nothing of Citus are another database's, or not yet there.
    guard context.state.usesCitus else { return [] }
    return context.state.tables.compactMap { name, table in
      guard table.placement == .local, table.parent == nil, let file = table.createdIn, table.columns[tenant] == nil,
        !table.isInMetadata
      else { return nil }
      let plain = ObjectName(schema: nil, name: name.name)
      guard !table.isFromQuery, table.hasAllColumns else {
        guard table.isFromQuery else { return nil }
        return Remark(
          table.createdAt, "\(shown(plain)) is made from a query, so it is a local table of the coordinator.",
          file: file)
      }
      return Remark(
        table.createdAt,
        "\(shown(plain)) is neither distributed nor a reference table, so only the coordinator has it.",
        file: file)
    }
  }
}
