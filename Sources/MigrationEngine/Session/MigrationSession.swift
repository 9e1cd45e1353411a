package import Logging
package import MigrationCore
package import Postgres

/// One connection to a coordinator, and what the engine does over it: look, plan, apply.
///
/// The connection of a session that applies holds Flyway's advisory lock, so lock and work live and die together.
package final class MigrationSession: Sendable {
  let connection: PostgresConnection
  let original: OriginalSession
  let logger: Logger

  /// What the session was like before anything was set in it.
  struct OriginalSession: Sendable {
    let searchPath: String
    let currentSchema: String?
    /// Which makes the server notice that this side has vanished; nil before PostgreSQL 14.
    let connectionCheckInterval: String?
  }

  private init(connection: PostgresConnection, original: OriginalSession, logger: Logger) {
    self.connection = connection
    self.original = original
    self.logger = logger
  }

  /// Connects to a coordinator.
  ///
  /// Cancelling the task ends the attempt.
  /// - Throws: `connection`.
  package static func open(
    _ parameters: ConnectionParameters, initSql: String? = nil, logger: Logger
  ) async throws(EngineError) -> MigrationSession {
    do throws(PostgresError) {
      let connection = try await PostgresConnection.connect(parameters)
      let result = try await connection.execute(
        """
        SELECT current_setting('search_path') AS path, current_schema() AS schema,
          current_setting('client_connection_check_interval', true) AS check_interval
        """)
      let row = result.rows.first
      return MigrationSession(
        connection: connection,
        original: OriginalSession(
          searchPath: row?["path"] ?? "", currentSchema: row?["schema"],
          connectionCheckInterval: row?["check_interval"]), logger: logger)
    } catch {
      throw EngineError(connection: error, while: "connecting to \(parameters.targetIdentity)")
    }
  }

  /// Ends the connection; an open transaction is rolled back by the server, and the advisory lock goes with it.
  package func close() async {
    await connection.close()
  }

  /// Asks the coordinator about itself and its nodes.
  /// - Throws: `connection`.
  package func observeCluster() async throws(EngineError) -> ClusterObservation {
    do throws(PostgresError) {
      return try await ClusterCheck(connection: connection).observe()
    } catch {
      throw EngineError(connection: error, while: "checking the cluster")
    }
  }

  /// Reads Flyway's bookkeeping.
  /// - Throws: `connection`, `historyUnreadable`.
  package func readHistory(_ settings: MigrationSettings) async throws(EngineError) -> HistorySnapshot {
    let table = schemaHistory(settings)
    do throws(PostgresError) {
      let missing = try await missingSchemas(settings)
      let exists = try await table.exists()
      return HistorySnapshot(
        schema: table.schema, table: table.name, tableExists: exists, rows: exists ? try await table.rows() : [],
        missingSchemas: missing, nonEmptySchemas: exists ? [] : try await nonEmptySchemas(settings))
    } catch {
      guard error.code == .server, !error.isTransient else {
        throw EngineError(connection: error, while: "reading the history")
      }
      throw EngineError(
        .historyUnreadable,
        "the history table \(SQLText.table(schema: table.schema, name: table.name)) cannot be read: \(error.message)",
        cause: error)
    }
  }

  func schemaHistory(_ settings: MigrationSettings) -> SchemaHistory {
    SchemaHistory(connection: connection, schema: defaultSchema(settings), name: settings.table)
  }

  // Flyway: defaultSchema, else the first of schemas, else the schema that unqualified names go to.
  func defaultSchema(_ settings: MigrationSettings) -> String {
    settings.defaultSchema ?? settings.schemas.first ?? original.currentSchema ?? "public"
  }

  /// The search path of a migration (Flyway's `PostgreSQLConnection.doChangeCurrentSchemaOrSearchPathTo`).
  func searchPath(_ settings: MigrationSettings) -> String {
    let schema = defaultSchema(settings)
    let path = original.searchPath
    if path == schema || path.hasPrefix("\(schema),") { return path }
    let quoted = SQLText.identifier(schema)
    return path.isEmpty ? quoted : "\(quoted),\(path)"
  }

  private func managedSchemas(_ settings: MigrationSettings) -> [String] {
    let schema = defaultSchema(settings)
    return settings.schemas.contains(schema) ? settings.schemas : [schema] + settings.schemas
  }

  private func missingSchemas(_ settings: MigrationSettings) async throws(PostgresError) -> [String] {
    let result = try await connection.execute("SELECT nspname FROM pg_catalog.pg_namespace")
    let existing = Set(result.rows.compactMap { $0["nspname"] })
    return managedSchemas(settings).filter { !existing.contains($0) }
  }

  // Flyway's notion of an empty schema (PostgreSQLSchema.java, doEmpty): objects of extensions do not count.
  private func nonEmptySchemas(_ settings: MigrationSettings) async throws(PostgresError) -> [String] {
    var found: [String] = []
    for schema in managedSchemas(settings) {
      let result = try await connection.execute(
        """
        SELECT EXISTS (
            SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = \(SQLText.literal(schema)) AND c.relkind IN ('r', 'v', 'S', 't')
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.objid = c.oid AND d.deptype = 'e')
            UNION ALL
            SELECT 1 FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            WHERE n.nspname = \(SQLText.literal(schema)) AND t.typcategory NOT IN ('A', 'C')
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.objid = t.oid AND d.deptype = 'e')
            UNION ALL
            SELECT 1 FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = \(SQLText.literal(schema))
              AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d
                WHERE d.objid = p.oid AND d.deptype = 'e')
        ) AS found
        """)
      if result.rows.first?["found"] == "t" { found.append(schema) }
    }
    return found
  }
}
