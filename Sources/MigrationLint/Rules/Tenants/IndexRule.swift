internal import MigrationCore

extension Rule {
  static let tenantIndex = Rule(
    "ten-index", .warning, "An index does not begin with the tenant's column",
    why:
      "Queries of a tenant filter by its column first; in a shard lie many tenants. An index without the column reads the rows "
      + "of all of them.",
    remedy: "Put the tenant's column first.",
    hasEdits: true,
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE INDEX idx_bets_user ON bets (user_id);
        """),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        CREATE INDEX idx_bets_user ON bets (tenant_id, user_id);
        """),
    ],
    checks: [
      .statement { context in
        let tenant = context.settings.tenantColumn
        guard case .createIndex(let index) = context.shape, ["btree", "hash"].contains(index.method),
          let table = context.table(index.table), table.columns[tenant] != nil, !table.isReference
        else { return [] }
        let columns = index.elements.map(\.column)
        guard columns.first != tenant, !columns.contains(where: { $0.map(ScriptMask.isPlaceholder) == true }) else {
          return []
        }
        // Citus refuses such a unique index, now or when the table is distributed: another rule says so.
        if index.isUnique, !columns.contains(tenant) { return [] }
        if columns.contains(tenant) {
          return [
            Remark(
              context.placed.range, "The index on \(shown(index.table)) has \(shown(tenant)), but not first.",
              level: .info)
          ]
        }
        return [
          Remark(
            context.placed.range, "The index on \(shown(index.table)) does not include \(shown(tenant)).",
            edits: index.method == "btree" ? [.insert("\(tenant), ", at: index.elementsOffset)] : [])
        ]
      }
    ])
}
