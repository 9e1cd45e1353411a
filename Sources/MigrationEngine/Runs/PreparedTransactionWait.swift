internal import Postgres

/// Waits until the workers have committed their parts of this session's last transaction.
struct PreparedTransactionWait {
  let connection: SessionConnection
  let request: RunRequest

  /// - Throws: `preparedTransactions` after a minute; `connection`, `cancelled`.
  func perform(after script: String) async throws(EngineError) {
    let pattern = "citus\\\\_0\\\\_\(connection.backend.pid)\\\\_%"
    for _ in 0..<60 {
      do throws(PostgresError) {
        let result = try await connection.execute(
          """
          SELECT count(*) AS left FROM run_command_on_all_nodes($$
            SELECT gid FROM pg_prepared_xacts WHERE gid LIKE E'\(pattern)' AND database = current_database() LIMIT 1
          $$) WHERE NOT success OR coalesce(result, '') <> ''
          """)
        if result.rows.first?["left"] == "0" { return }
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
}
