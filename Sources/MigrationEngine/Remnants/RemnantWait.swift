internal import Postgres

/// Waits until sessions that have ended have left nothing behind that is still at work or still to be committed, and
/// settles what does not settle by itself.
struct RemnantWait {
  let connection: SessionConnection
  let request: RunRequest

  private var nodes: NodeQuestion { NodeQuestion(connection: connection) }

  /// - Throws: `remnants` where a session goes on all the same, `preparedTransactions` where a transaction stays;
  ///   `connection`, `cancelled`.
  func perform() async throws(EngineError) {
    let found = try await asking { () async throws(PostgresError) in try await nodes.remnants() }
    guard found != NodeRemnants() else { return }
    try await settle(transactions: try await settle(sessions: found).transactions)
  }

  /// How often is looked for sessions, a pause apart each, before they are ended; after that twice as often.
  private static let looks = 8
  private static let pause = Duration.milliseconds(250)

  private func settle(sessions found: NodeRemnants) async throws(EngineError) -> NodeRemnants {
    var left = found
    for look in 0..<(3 * Self.looks) {
      guard !left.sessions.isEmpty else { return left }
      if look == Self.looks {
        let names = left.sessions
        _ = try await asking { () async throws(PostgresError) in try await nodes.end(names) }
      }
      try await request.pause(Self.pause)
      let now = try await asking { () async throws(PostgresError) in try await nodes.remnants() }
      // Only what was there before: other sessions come and go.
      left.sessions.formIntersection(now.sessions)
      left.transactions = now.transactions
    }
    guard !left.sessions.isEmpty else { return left }
    throw EngineError(
      .remnants,
      "a worker still works for a dead session (\(left.sessions.sorted().prefix(3).joined(separator: ", "))) and did not "
        + "end when told to; nothing is applied beside it (pg_stat_activity on the workers shows it)")
  }

  /// How often is looked for transactions, a second apart each.
  private static let transactionLooks = 60

  // Citus's maintenance daemon settles them once a minute, and a role that may is quicker.
  private func settle(transactions found: Set<String>) async throws(EngineError) {
    var left = found
    for look in 0..<Self.transactionLooks {
      guard !left.isEmpty else { return }
      if look % 5 == 1 {
        try await asking { () async throws(PostgresError) in try await recover() }
      }
      try await request.pause(.seconds(1))
      left.formIntersection(
        try await asking { () async throws(PostgresError) in try await nodes.remnants().transactions })
    }
    guard !left.isEmpty else { return }
    throw EngineError(
      .preparedTransactions,
      "a node holds the prepared transaction \(left.sorted().first ?? "") of a session that has ended, and with it its "
        + "locks; nothing is applied until Citus has settled it (SELECT recover_prepared_transactions() on the "
        + "coordinator does)")
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

  private func asking<Value>(_ body: () async throws(PostgresError) -> Value) async throws(EngineError) -> Value {
    do throws(PostgresError) {
      return try await body()
    } catch {
      throw EngineError(connection: error, while: "looking for what ended sessions have left on the workers")
    }
  }
}
