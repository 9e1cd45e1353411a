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

  /// Hands the connection on, as another resource's session of the same role with the same server.
  ///
  /// What looks have set is taken back. This session must not be used any more.
  /// - Returns: nil where the connection does not work any more.
  package func renewed(for parameters: ConnectionParameters) async -> MigrationSession? {
    let connection = connection.current
    let settings = [(name: "application_name", value: parameters.applicationName)] + original.settings
    let calls = settings.map {
      "pg_catalog.set_config(\(SQLText.literal($0.name)), \(SQLText.literal($0.value)), false)"
    }
    do throws(PostgresError) {
      _ = try await connection.execute("RESET ALL; SELECT \(calls.joined(separator: ", "))")
    } catch {
      return nil
    }
    _ = connection.takeNotices()
    return MigrationSession(
      connection: connection, original: original, parameters: parameters, initSql: initSql, logger: logger)
  }

  /// Whether the connection works, as far as is known, and nothing is begun on it.
  package var isIdle: Bool {
    get async {
      let status = await connection.current.transactionStatus
      return status == .idle && connection.current.isOpen
    }
  }

  /// Ends the connection; an open transaction is rolled back by the server, and the advisory lock goes with it.
  package func close() async {
    await connection.close()
  }
}
