internal import MigrationCore
internal import Postgres

/// After a connection broke outside a transaction: a new one, as the first was, once the old server process has ended.
///
/// Until then the statement may still be at work there, and nothing that is seen is the last word.
struct Recovery {
  let runner: StepRunner
  let cause: PostgresError

  /// How often it is tried to connect, and how often is looked whether the old process has ended, a second apart each.
  private static let attempts = 60
  private static let looks = 300

  private var connection: SessionConnection { runner.connection }

  /// - Parameter statements: what the script had set for its session before, to be set again.
  /// - Throws: `unsettled` when it cannot be done in time; `refused` when the lock or the permit is gone.
  func perform(replaying statements: [SQLStatement]) async throws(StepStop) {
    let lost = connection.backend
    try await connect()
    try await waitForEnd(of: lost)
    try await takeLock()
    try await runner.prepareAlone()
    for statement in statements {
      do throws(PostgresError) {
        try await runner.sender.send(statement)
      } catch {
        throw .server(error)
      }
    }
    try runner.askPermit()
  }

  private func connect() async throws(StepStop) {
    for attempt in 1...Self.attempts {
      do throws(EngineError) {
        return try await runner.session.reconnect()
      } catch {
        guard error.isTransient || error.cause?.code == .connectionFailed, error.code != .cancelled else {
          throw .unsettled(cause, finding: "a new connection was refused: \(error.message)", commands: [])
        }
      }
      if attempt < Self.attempts { try await pause() }
    }
    throw .unsettled(cause, finding: "no new connection came about within a minute", commands: [])
  }

  private func waitForEnd(of backend: SessionConnection.Backend) async throws(StepStop) {
    for _ in 0..<Self.looks {
      do throws(PostgresError) {
        let result = try await connection.execute(
          """
          SELECT 1 FROM pg_catalog.pg_stat_activity
          WHERE pid = \(backend.pid) AND backend_start::text = \(SQLText.literal(backend.startedAt))
          """)
        if result.rows.isEmpty { return }
      } catch {
        throw .unsettled(cause, finding: "the new connection broke too", commands: [])
      }
      try await pause()
    }
    throw .unsettled(
      cause, finding: "backend \(backend.pid) is still at work on it; wait until it has ended, then look", commands: [])
  }

  private func takeLock() async throws(StepStop) {
    var patient = runner.request
    if case .none = patient.lockWait { patient.lockWait = .retries(count: 30, every: .seconds(1)) }
    do throws(EngineError) {
      try await runner.lock.acquire(patient)
    } catch {
      throw .unsettled(cause, finding: error.message, commands: [])
    }
  }

  private func pause() async throws(StepStop) {
    do throws(EngineError) {
      try await runner.request.pause(.seconds(1))
    } catch {
      throw .unsettled(cause, finding: "the run was cancelled before it was found out what became of it", commands: [])
    }
  }
}
