internal import Postgres

/// Finds out whether a pooler hands the statements of one session to changing server sessions, as PgBouncer does in the
/// modes `transaction` and `statement`: a lock of the session would then be anybody's.
///
/// A pooler gives away its own number as the server process. That alone is harmless (mode `session`), so a second
/// connection is opened through it: in one server session at a time there can be only one of the two.
struct PoolerCheck {
  let parameters: ConnectionParameters

  /// How long the second connection may take: in the mode `session`, with one place in the pool, it would wait for ever.
  private static let patience = Duration.seconds(5)
  private static let rounds = 8

  /// Whether the server sessions are shared; false also where that cannot be shown.
  func isShared(_ connection: PostgresConnection) async throws(PostgresError) -> Bool {
    let own = try await serverProcess(connection)
    guard own != connection.backendProcessIdentifier else { return false }
    if try await serverProcess(connection) != own { return true }
    return await race(connection, own)
  }

  private func race(_ connection: PostgresConnection, _ own: Int32) async -> Bool {
    await withTaskGroup(of: Bool?.self) { group in
      group.addTask { await compare(connection, own) }
      group.addTask {
        do { try await Task.sleep(for: Self.patience) } catch { return nil }
        return false
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      return first ?? false
    }
  }

  // Uneven turns, so that two server sessions given out in turn are found as well.
  private func compare(_ connection: PostgresConnection, _ own: Int32) async -> Bool {
    var parameters = parameters
    parameters.connectTimeout = min(parameters.connectTimeout, Self.patience)
    // A pooler may not answer a cancel request for a client that waits for its turn.
    parameters.cancelTimeout = .seconds(1)
    do throws(PostgresError) {
      let second = try await PostgresConnection.connect(parameters)
      var isShared = false
      for round in 0..<Self.rounds where !isShared {
        for _ in 0...(round % 3) where !isShared {
          isShared = try await serverProcess(second) == own
        }
        if !isShared { isShared = try await serverProcess(connection) != own }
      }
      await second.close()
      return isShared
    } catch {
      // No second connection, no proof.
      return Self.refusesTransactions(error)
    }
  }

  private func serverProcess(_ connection: PostgresConnection) async throws(PostgresError) -> Int32 {
    let result = try await connection.execute("SELECT pg_catalog.pg_backend_pid() AS pid")
    return result.rows.first?["pid"].flatMap { Int32($0) } ?? 0
  }

  // PgBouncer, mode `statement`: "transaction blocks not allowed in statement pooling mode".
  private static func refusesTransactions(_ error: PostgresError) -> Bool {
    error.server?.message.contains("statement pooling") ?? false
  }
}
