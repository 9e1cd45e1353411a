internal import MigrationCore

extension Rule {
  static let tenantEvents = Rule(
    "ten-events", .error, "A table of events lacks what keeps events apart",
    why:
      "An event that is written twice is found by a unique key of tenant and idempotency key, in the shard, with INSERT ... ON "
      + "CONFLICT DO NOTHING. Nullable columns take part in no conflict, and a key of a partitioned table holds per partition only.",
    remedy:
      "Give the table the columns of an event, NOT NULL on the keys, and UNIQUE (tenant_id, idempotency_key); do not "
      + "partition it.",
    examples: [
      .bad(
        """
        CREATE TABLE bet_events (
          tenant_id bigint NOT NULL, event_id bigserial, aggregate_id bigint NOT NULL, event_type text NOT NULL,
          event_data jsonb NOT NULL, idempotency_key uuid NOT NULL, created_at timestamptz DEFAULT now(),
          PRIMARY KEY (tenant_id, event_id)
        );
        SELECT create_distributed_table('bet_events', 'tenant_id');
        """),
      .good(
        """
        CREATE TABLE bet_events (
          tenant_id bigint NOT NULL, event_id bigserial, aggregate_id bigint NOT NULL, event_type text NOT NULL,
          event_data jsonb NOT NULL, idempotency_key uuid NOT NULL, created_at timestamptz DEFAULT now(),
          PRIMARY KEY (tenant_id, event_id), UNIQUE (tenant_id, idempotency_key)
        );
        SELECT create_distributed_table('bet_events', 'tenant_id');
        """),
    ],
    checks: [
      .script { context in
        let shape = context.settings.eventTables
        guard !shape.pattern.isEmpty else { return [] }
        return context.script.statements.flatMap(\.shapes).flatMap { placed -> [Remark] in
          guard case .createTable(let table) = placed.shape, Glob.matches(shape.pattern, table.name.name.name),
            let state = context.state[table.name.name], state.createdIn == context.script.index,
            table.persistence == .permanent, table.partitionOf == nil
          else { return [] }
          return faults(of: state, context.settings).map { Remark(table.name.range, "\(shown(table.name)): \($0)") }
        }
      }
    ])

  private static func faults(of table: TableState, _ settings: LintSettings) -> [String] {
    let (tenant, key) = (settings.tenantColumn, settings.eventTables.key)
    var faults: [String] = []
    let wanted = [tenant] + settings.eventTables.columns
    let missing = table.hasAllColumns ? wanted.filter { table.columns[$0] == nil } : []
    if !missing.isEmpty { faults.append("it has no \(missing.map { shown($0) }.joined(separator: ", ")).") }
    let nullable = [tenant, key].filter { table.columns[$0]?.isNotNull == false }
    if !nullable.isEmpty { faults.append("\(nullable.map { shown($0) }.joined(separator: ", ")) may be null.") }
    let isUnique = table.constraints.contains { constraint in
      [.unique, .primaryKey].contains(constraint.kind) && Set(constraint.columns) == [tenant, key]
    }
    let hasKey = table.columns[tenant] != nil && table.columns[key] != nil
    if hasKey, !isUnique {
      faults.append("nothing keeps an event from being written twice: UNIQUE (\(tenant), \(key)).")
    }
    if table.isPartitioned { faults.append("it is partitioned, so the key would hold per partition only.") }
    return faults
  }
}
