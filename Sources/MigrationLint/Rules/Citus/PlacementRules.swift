internal import MigrationCore

extension Rule {
  static let citusNonEmpty = Rule(
    "cit-nonempty", .warning, "A table that may hold rows is distributed",
    why:
      "create_distributed_table copies the rows through the coordinator under a lock that blocks writes, and leaves the old "
      + "rows on the coordinator's disk until truncate_local_data_after_distributing_table is called. Rows that the file itself "
      + "writes first are copied too.",
    remedy:
      "Distribute the table in the file that creates it; a filled one with create_distributed_table_concurrently, in a "
      + "file of its own, and truncate the local rows afterwards.",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        -- V2__distribute_bets.sql
        SELECT create_distributed_table('bets', 'tenant_id');
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
        return query.calls.compactMap { call in
          guard call.function == "create_distributed_table" || call.function == "create_reference_table",
            let name = call.table(), context.isPlain(name), !isOther(context.table(name))
          else { return nil }
          guard context.isNew(name) else {
            return Remark(call.range, "This file has not created \(shown(name)), so it may hold rows.")
          }
          return context.table(name)?.hasRows == true
            ? Remark(call.range, "Rows of \(shown(name)) are written before it is distributed.") : nil
        }
      }
    ])

  private static func isOther(_ table: TableState?) -> Bool {
    guard case .other? = table?.placement else { return table?.isCitus == true }
    return true
  }

  static let citusColocate = Rule(
    "cit-colocate", .warning, "Tables of one tenant land on different nodes",
    why:
      "Without colocate_with, Citus puts tables together whose distribution columns have the same type and that have as many "
      + "shards. With integer here and bigint there, 64 shards here and 32 there, or colocate_with => 'none', joins and foreign keys "
      + "by the tenant do not work.",
    remedy: "Give the column the same type everywhere, and name the table with colocate_with.",
    serverMessage:
      "cannot create foreign key constraint since relations are not colocated or not referencing a reference table",
    examples: [
      .bad(
        """
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (tenant_id integer NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
      .bad(
        """
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id', shard_count => 64);
        """),
      .good(
        """
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id', colocate_with => 'users');
        """),
    ],
    checks: [
      .statement { context in
        guard case .query(let query) = context.shape else { return [] }
        return query.calls.compactMap { separated($0, context) }
      }
    ])

  private static func separated(_ call: Call, _ context: StatementContext) -> Remark? {
    guard CitusFunctions.distributing.contains(call.function), let name = call.table(), let table = context.table(name),
      let argument = call.argument("distribution_column", at: 1), argument.isLiteral, let key = argument.value
    else { return nil }
    let colocation = call.argument("colocate_with", at: 3)?.value ?? "default"
    if call.argument("shard_count", at: 4) != nil, colocation != "default", colocation != "none" {
      return Remark(
        call.range, "Citus says `Cannot use colocate_with with a table and shard_count at the same time`.",
        remedy: "Leave shard_count out.")
    }
    guard let type = table.columns[key]?.type else { return nil }
    if colocation != "default", colocation != "none" {
      return misplaced(call, ObjectName(literal: colocation), key, type, context)
    }
    guard let first = context.state.firstDistributed(by: key), first.table != context.state.key(name.name) else {
      return nil
    }
    if colocation == "none" {
      return Remark(
        call.range, "\(shown(name)) is kept apart from \(shown(first.table)), which \(shown(key)) distributes too.")
    }
    guard first.type == type else {
      return Remark(
        argument.range,
        "\(shown(key)) is \(type) here and \(first.type) in \(shown(first.table)), so the two are not colocated.")
    }
    let shards = call.argument("shard_count", at: 4)?.value ?? context.state.shardCount ?? usualShardCount
    let others = first.shardCount ?? usualShardCount
    guard shards != others else { return nil }
    return Remark(
      call.range,
      "\(shown(name)) gets \(shards) shards and \(shown(first.table)) has \(others), so the two are not colocated.")
  }

  /// The default of `citus.shard_count`.
  private static let usualShardCount = "32"

  /// What is wrong with the table that `colocate_with` names.
  private static func misplaced(
    _ call: Call, _ named: ObjectName?, _ key: String, _ type: String, _ context: StatementContext
  ) -> Remark? {
    guard let named, let other = context.state[named], !ScriptMask.isPlaceholder(named.description) else { return nil }
    guard case .distributed(let column) = other.placement else {
      guard other.createdIn != nil else { return nil }
      return Remark(
        call.range, "\(shown(named)) is a \(other.title) at this point, and nothing can be colocated with it.",
        level: .error, remedy: "Name a table that is distributed.")
    }
    guard let column, let otherType = other.columns[column]?.type, otherType != type else { return nil }
    return Remark(
      call.range,
      "\(shown(key)) is \(type) and \(shown(column)) of \(shown(named)) is \(otherType): Citus says `cannot "
        + "colocate tables`.", level: .error)
  }
}
