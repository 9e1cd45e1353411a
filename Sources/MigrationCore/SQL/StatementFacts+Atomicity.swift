extension StatementFacts {
  /// What a statement leaves in the session that ran it, and a new session lacks.
  package enum SessionEffect: Sendable, Hashable {
    /// Nothing.
    case none
    /// A setting, which can be set again: `SET`, `RESET`.
    case setting
    /// A temporary table, a prepared statement, or what only the server knows.
    case unclear
  }
}

extension StatementSource {
  /// Whether the server can run the statement inside a transaction block, and nothing of it stays when that is rolled
  /// back: then it and a note that it was done commit together.
  var isAtomic: Bool {
    guard nonTransactionalReason == nil, concurrentIndex == nil, transactionControl == nil, !callsOutside else {
      return false
    }
    if isWord(at: leading, "COPY") { return has("FROM") && !has("PROGRAM") }
    return Self.atomicVerbs.contains { isWord(at: leading, $0) }
  }

  /// What the statement leaves in its session.
  var sessionEffect: StatementFacts.SessionEffect {
    if concurrentIndex != nil { return .none }
    if let transactionControl { return effect(of: transactionControl) }
    if startsWith("SET") {
      return isWord(at: 1, "LOCAL") || isWord(at: 1, "TRANSACTION") || isWord(at: 1, "CONSTRAINTS") ? .none : .setting
    }
    if startsWith("RESET") { return .setting }
    if mentionsTemporary || calls(where: { Self.sessionFunctions.contains($0) }) { return .unclear }
    if Self.lastingVerbs.contains(where: { isWord(at: leading, $0) }) { return .none }
    guard Self.queries.contains(where: { isWord(at: leading, $0) }) else { return .unclear }
    // A function may do anything, so only known ones count.
    return calls(where: { !Self.isKnown($0) }) ? .unclear : .none
  }

  /// `(SELECT 1) UNION ...` starts with its second token.
  private var leading: Int { tokens.firstIndex { $0.kind != .openParenthesis } ?? 0 }

  private static let atomicVerbs: [StaticString] = [
    "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "WITH", "SELECT", "VALUES", "TABLE", "CREATE", "ALTER", "DROP",
    "COMMENT", "GRANT", "REVOKE", "REASSIGN", "SECURITY", "REFRESH", "IMPORT",
  ]
  private static let queries: [StaticString] = ["SELECT", "WITH", "VALUES", "TABLE"]
  private static let lastingVerbs: [StaticString] = [
    "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY", "CREATE", "ALTER", "DROP", "COMMENT", "GRANT", "REVOKE",
    "REASSIGN", "SECURITY", "REFRESH", "IMPORT", "VACUUM", "ANALYZE", "REINDEX", "CLUSTER", "CHECKPOINT", "EXPLAIN",
    "SHOW", "NOTIFY", "LOCK",
  ]

  private func effect(of control: StatementFacts.TransactionControl) -> StatementFacts.SessionEffect {
    switch control {
    // `AND CHAIN` opens the next transaction.
    case .commit: has("CHAIN") ? .unclear : .none
    case .begin, .savepoint, .releaseSavepoint, .prepareTransaction, .commitPrepared, .rollbackPrepared: .none
    // It takes settings back.
    case .rollback, .rollbackToSavepoint: .unclear
    }
  }

  private var mentionsTemporary: Bool {
    guard !isWord(at: 0, "DROP") else { return false }
    let isMade = isWord(at: 0, "CREATE") || has("INTO")
    return isMade && (has("TEMP") || has("TEMPORARY") || has("PG_TEMP"))
  }
}

// MARK: Functions

extension StatementSource {
  /// Whether it calls a function that works beside the transaction: over connections of its own, or on the server.
  ///
  /// Citus's run_command_on_* and shard moves commit on the workers by themselves.
  private var callsOutside: Bool {
    calls { name in
      Self.outsidePrefixes.contains { name.hasPrefix($0) } || Self.outsideFunctions.contains(name)
    }
  }

  private static let outsidePrefixes = ["dblink", "run_command_on_", "citus_move_", "citus_copy_shard", "citus_split_"]
  private static let outsideFunctions: Set<String> = [
    "citus_rebalance_start", "citus_rebalance_stop", "citus_rebalance_wait", "rebalance_table_shards",
    "replicate_table_shards", "citus_drain_node", "master_drain_node", "master_move_shard_placement",
    "isolate_tenant_to_new_shard", "recover_prepared_transactions", "pg_create_logical_replication_slot",
    "pg_create_physical_replication_slot", "pg_drop_replication_slot", "lo_export", "pg_reload_conf", "pg_switch_wal",
    "pg_promote",
  ]

  private static let sessionFunctions: Set<String> = [
    "set_config", "setseed", "dblink_connect", "dblink_connect_u", "pg_advisory_lock", "pg_try_advisory_lock",
    "pg_advisory_lock_shared", "pg_try_advisory_lock_shared",
  ]

  private static func isKnown(_ function: String) -> Bool {
    keywordsBeforeParenthesis.contains(function) || knownFunctions.contains(function)
      || ["citus_", "run_command_on_", "json", "array_", "string_", "regexp_"].contains { function.hasPrefix($0) }
  }

  /// Words that a parenthesis may follow and that call nothing.
  private static let keywordsBeforeParenthesis: Set<String> = [
    "select", "from", "where", "and", "or", "not", "in", "exists", "any", "all", "some", "as", "on", "using", "values",
    "over", "filter", "within", "by", "when", "then", "else", "case", "union", "except", "intersect", "join", "lateral",
    "materialized", "row", "array", "distinct", "cast", "extract", "interval", "numeric", "varchar", "char", "into",
    "having", "limit", "offset", "returning", "set", "is", "like", "ilike", "between", "decimal", "timestamp", "time",
  ]

  private static let knownFunctions: Set<String> = [
    "create_distributed_table", "create_distributed_table_concurrently", "create_reference_table", "undistribute_table",
    "alter_distributed_table", "alter_table_set_access_method", "truncate_local_data_after_distributing_table",
    "update_distributed_table_colocation", "master_create_empty_shard", "create_time_partitions",
    "drop_old_time_partitions", "pg_sleep", "pg_advisory_unlock", "pg_advisory_unlock_all", "count", "sum", "min",
    "max", "avg", "bool_and", "bool_or", "now", "clock_timestamp", "coalesce", "nullif", "greatest", "least", "lower",
    "upper", "length", "trim", "substring", "substr", "replace", "split_part", "concat", "concat_ws", "format", "md5",
    "random", "gen_random_uuid", "generate_series", "unnest", "nextval", "setval", "to_char", "to_date",
    "to_timestamp", "date_trunc", "date_part", "round", "floor", "ceil", "abs", "mod", "to_regclass", "row_number",
    "rank", "lag", "lead", "first_value", "last_value", "pg_typeof", "version", "citus_version", "hashtext",
  ]

  /// Whether one of the words that a parenthesis follows, in lower case, passes a test.
  private func calls(where isWanted: (String) -> Bool) -> Bool {
    for index in tokens.indices.dropLast() {
      guard tokens[index + 1].kind == .openParenthesis else { continue }
      let isName = tokens[index].kind == .word || tokens[index].kind == .quotedIdentifier
      guard isName, let name = name(at: index)?.name.name else { continue }
      if isWanted(name.lowercased()) { return true }
    }
    return false
  }
}
