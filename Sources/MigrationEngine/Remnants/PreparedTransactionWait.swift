internal import Postgres

/// Waits until the nodes have committed or rolled back their parts of distributed transactions.
///
/// The name of such a part is `citus_<group>_<process>_<transaction>_<connection>` of the session that began it
/// (transaction/remote_transaction.c, `Assign2PCIdentifier`).
struct PreparedTransactionWait {
  let connection: SessionConnection
  let request: RunRequest

  /// How often is looked, a second apart each.
  private static let looks = 60

  /// Waits for the parts of this session's last transaction.
  /// - Throws: `preparedTransactions` after a minute; `connection`, `cancelled`.
  func perform(after script: String) async throws(EngineError) {
    let doing = "waiting for the workers to commit \(script)"
    for _ in 0..<Self.looks {
      let left = try await asking(doing) { () async throws(PostgresError) in
        let prefix = "citus_0_\(connection.backend.pid)_"
        return try await prepared(unanswered: true).filter { $0.isEmpty || $0.hasPrefix(prefix) }
      }
      if left.isEmpty { return }
      try await request.pause(.seconds(1))
    }
    throw EngineError(
      .preparedTransactions,
      "\(script) is applied, but a worker has not committed its part yet; nothing more is applied until it has "
        + "(SELECT recover_prepared_transactions() on the coordinator settles it)")
  }

  /// Waits for what sessions of this coordinator have left that have ended: Citus's maintenance daemon settles that once a
  /// minute, and a role that may is quicker.
  /// - Throws: as above.
  func performBefore() async throws(EngineError) {
    let doing = "looking for prepared transactions that ended sessions have left"
    var left = Set(try await asking(doing) { () async throws(PostgresError) in try await abandoned() })
    for look in 0..<Self.looks {
      guard !left.isEmpty else { return }
      if look % 5 == 1 {
        try await asking(doing) { () async throws(PostgresError) in try await recover() }
      }
      try await request.pause(.seconds(1))
      left.formIntersection(try await asking(doing) { () async throws(PostgresError) in try await abandoned() })
    }
    guard !left.isEmpty else { return }
    throw EngineError(
      .preparedTransactions,
      "a node holds the prepared transaction \(left.sorted().first ?? "") of a session that has ended, and with it its "
        + "locks; nothing is applied until Citus has settled it (SELECT recover_prepared_transactions() on the "
        + "coordinator does)")
  }

  // Empty texts stand for nodes that do not answer.
  private func prepared(unanswered: Bool) async throws(PostgresError) -> [String] {
    let result = try await connection.execute(
      """
      SELECT success, result FROM run_command_on_all_nodes($$
        SELECT string_agg(gid, ',') FROM pg_catalog.pg_prepared_xacts
        WHERE gid LIKE 'citus\\_%' AND database = current_database()
      $$)
      """)
    return result.rows.flatMap { row in
      guard row["success"] == "t" else { return unanswered ? [""] : [] }
      return (row["result"] ?? "").split(separator: ",").map(String.init)
    }
  }

  private func abandoned() async throws(PostgresError) -> [String] {
    let known = try await connection.execute(
      "SELECT to_regclass('pg_catalog.pg_dist_local_group') IS NOT NULL AS citus")
    guard known.rows.first?["citus"] == "t" else { return [] }
    let gids = try await prepared(unanswered: false)
    guard !gids.isEmpty else { return [] }
    let result = try await connection.execute(
      """
      SELECT (SELECT groupid FROM pg_catalog.pg_dist_local_group LIMIT 1) AS own, pid
      FROM pg_catalog.pg_stat_activity
      """)
    let own = result.rows.first?["own"] ?? "0"
    let processes = Set(result.rows.compactMap { $0["pid"] })
    return gids.filter { gid in
      let parts = gid.split(separator: "_").map(String.init)
      return parts.count == 5 && parts[1] == own && !processes.contains(parts[2])
    }
  }

  private func recover() async throws(PostgresError) {
    let may = try await connection.execute(
      """
      SELECT has_function_privilege(p.oid, 'EXECUTE') AS may FROM pg_catalog.pg_proc p
      WHERE p.oid = to_regprocedure('pg_catalog.recover_prepared_transactions()')
      """)
    guard may.rows.first?["may"] == "t" else { return }
    try await connection.execute("SELECT pg_catalog.recover_prepared_transactions()")
  }

  private func asking<Value>(
    _ doing: String, _ body: () async throws(PostgresError) -> Value
  ) async throws(EngineError) -> Value {
    do throws(PostgresError) {
      return try await body()
    } catch {
      throw EngineError(connection: error, while: doing)
    }
  }
}
