package import Logging
package import Postgres

/// One session with a coordinator, and what the engine does over it: look, plan, apply.
///
/// The connection of a session that applies holds Flyway's advisory lock, so lock and work live and die together.
package final class MigrationSession: Sendable {
  let connection: SessionConnection
  let original: OriginalSession
  let parameters: ConnectionParameters
  let initSql: String?
  let logger: Logger

  private init(
    connection: PostgresConnection, original: OriginalSession, parameters: ConnectionParameters, initSql: String?,
    logger: Logger
  ) {
    self.connection = SessionConnection(connection, backend: original.backend)
    self.original = original
    self.parameters = parameters
    self.initSql = initSql
    self.logger = logger
  }

  /// Connects to a coordinator and runs `initSql` there, if there is any.
  ///
  /// Cancelling the task ends the attempt.
  /// - Throws: `connection`; `pooled` behind PgBouncer in a mode that shares server sessions.
  package static func open(
    _ parameters: ConnectionParameters, initSql: String? = nil, logger: Logger
  ) async throws(EngineError) -> MigrationSession {
    let (connection, original) = try await connect(parameters, initSql: initSql)
    return MigrationSession(
      connection: connection, original: original, parameters: parameters, initSql: initSql, logger: logger)
  }

  /// Puts a new connection, prepared like the first, in the place of a lost one.
  /// - Throws: as `open`.
  func reconnect() async throws(EngineError) {
    await connection.close()
    let (new, found) = try await Self.connect(parameters, initSql: initSql)
    connection.replace(with: new, backend: found.backend)
  }

  private static func connect(
    _ parameters: ConnectionParameters, initSql: String?
  ) async throws(EngineError) -> (PostgresConnection, OriginalSession) {
    let connection: PostgresConnection
    let isShared: Bool
    let original: OriginalSession
    do throws(PostgresError) {
      connection = try await PostgresConnection.connect(parameters)
      isShared = try await PoolerCheck(parameters: parameters).isShared(connection)
      original = try await OriginalSession.read(connection, initSql: isShared ? nil : initSql)
    } catch {
      throw EngineError(connection: error, while: "connecting to \(parameters.targetIdentity)")
    }
    guard isShared else { return (connection, original) }
    await connection.close()
    throw EngineError(
      .pooled,
      "at \(parameters.targetIdentity) answers a pooler (PgBouncer in the mode transaction or statement, or its like) "
        + "that hands a session's statements to changing server sessions: the lock that keeps two migrations apart would "
        + "be lost there; name PostgreSQL's own address, or a pool in the mode session")
  }

  /// Ends the connection; an open transaction is rolled back by the server, and the advisory lock goes with it.
  package func close() async {
    await connection.close()
  }
}
