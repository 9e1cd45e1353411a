internal import Postgres

/// Waits until the nodes have committed or rolled back their parts of this session's last distributed transaction.
struct PreparedTransactionWait {
  let connection: SessionConnection
  let request: RunRequest

  /// How often is looked, a second apart each.
  private static let looks = 60

  /// - Throws: `preparedTransactions` after a minute; `connection`, `cancelled`.
  func perform(after script: String) async throws(EngineError) {
    for _ in 0..<Self.looks {
      do throws(PostgresError) {
        if try await isSettled() { return }
      } catch {
        throw EngineError(connection: error, while: "waiting for the workers to commit \(script)")
      }
      try await request.pause(.seconds(1))
    }
    throw EngineError(
      .preparedTransactions,
      "\(script) is applied, but a worker has not committed its part yet; nothing more is applied until it has "
        + "(SELECT recover_prepared_transactions() on the coordinator settles it)")
  }

  // A node that does not answer may hold a part. For the names see `NodeRemnants`.
  private func isSettled() async throws(PostgresError) -> Bool {
    let result = try await connection.execute(
      """
      SELECT count(*) AS left FROM run_command_on_all_nodes($$
        SELECT count(*) FROM pg_catalog.pg_prepared_xacts
        WHERE gid LIKE 'citus\\_0\\_\(connection.backend.pid)\\_%' AND database = current_database()
      $$) WHERE NOT success OR result <> '0'
      """)
    return result.rows.first?["left"] == "0"
  }
}
