internal import MigrationCore
internal import Postgres

/// After a connection broke outside a transaction: a new one, with the lock, once the old server process has ended.
///
/// Until then the statement may still be at work there, and nothing that is seen is the last word.
struct Recovery {
  let runner: StepRunner

  /// How often it is tried to connect, and how often is looked whether the old process has ended, a second apart each.
  private static let attempts = 60
  private static let looks = 300

  private var connection: SessionConnection { runner.connection }

  /// - Throws: `refused`, with what the next run may meet better: the migration stays interrupted until then.
  func perform() async throws(StepStop) {
    let lost = connection.backend
    do throws(EngineError) {
      try await connect()
      try await waitForEnd(of: lost)
      try await takeLock()
      try await runner.session.waitForPredecessors(runner.request)
    } catch {
      throw .refused(error)
    }
  }

  private func connect() async throws(EngineError) {
    for attempt in 1... {
      do throws(EngineError) {
        return try await runner.session.reconnect()
      } catch {
        guard error.isTransient || error.cause?.code == .connectionFailed, error.code != .cancelled,
          attempt < Self.attempts
        else { throw error }
      }
      try await runner.request.pause(.seconds(1))
    }
  }

  private func waitForEnd(of backend: SessionConnection.Backend) async throws(EngineError) {
    for _ in 0..<Self.looks {
      do throws(PostgresError) {
        let result = try await connection.execute(
          """
          SELECT 1 FROM pg_catalog.pg_stat_activity
          WHERE pid = \(backend.pid) AND backend_start::text = \(SQLText.literal(backend.startedAt))
          """)
        if result.rows.isEmpty { return }
      } catch {
        throw EngineError(connection: error, while: "waiting for the end of the lost session")
      }
      try await runner.request.pause(.seconds(1))
    }
    throw EngineError(
      .remnants,
      "server process \(backend.pid) is still at work for a connection that broke; the run goes on when it has ended")
  }

  private func takeLock() async throws(EngineError) {
    var patient = runner.request
    if case .none = patient.lockWait { patient.lockWait = .retries(count: 30, every: .seconds(1)) }
    try await runner.lock.acquire(patient)
  }
}
