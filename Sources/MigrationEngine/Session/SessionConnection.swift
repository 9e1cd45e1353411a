internal import Postgres
internal import Support

/// The connection of a session, which is another one after the first was lost in the middle of a run.
final class SessionConnection: Sendable {
  /// A server process, as `pg_stat_activity` has it, also behind a pooler; numbers are used again, moments are not.
  struct Backend: Sendable, Equatable {
    var pid: Int32 = 0
    var startedAt = ""
  }

  private let held: Guarded<(connection: PostgresConnection, backend: Backend)>

  init(_ connection: PostgresConnection, backend: Backend = Backend()) {
    held = Guarded((connection, backend))
  }

  /// The connection as of now.
  var current: PostgresConnection { held.withLock { $0.connection } }
  /// The server process of the connection as of now.
  var backend: Backend { held.withLock { $0.backend } }

  /// Puts another connection in the place of a lost one.
  func replace(with connection: PostgresConnection, backend: Backend) {
    held.withLock { $0 = (connection, backend) }
  }

  @discardableResult
  func execute(_ sql: String) async throws(PostgresError) -> QueryResult {
    try await current.execute(sql)
  }

  /// Sends a statement of a script, with its data where it has some.
  func copyIn(_ sql: String, data: [UInt8]) async throws(PostgresError) -> QueryResult {
    try await current.copyIn(sql, data: data)
  }

  func takeNotices() -> [Notice] { current.takeNotices() }

  func close() async { await current.close() }

  func isInTransaction() async -> Bool { await current.transactionStatus == .inTransaction }

  /// Whether there is a transaction, failed or not.
  func isInOpenTransaction() async -> Bool {
    let status = await current.transactionStatus
    return status == .inTransaction || status == .inError
  }

  /// Ends what transaction there is; where that fails the connection is closed, which ends it too.
  func rollBack() async {
    let connection = current
    // A message that cannot be read at all has begun nothing.
    if await connection.transactionStatus == .idle { return }
    do throws(PostgresError) {
      _ = try await connection.execute("ROLLBACK")
    } catch {
      await connection.close()
    }
  }
}
