package import MigrationCore
internal import Postgres

extension MigrationSession {
  /// Asks the coordinator about itself and its nodes.
  /// - Throws: `connection`.
  package func observeCluster() async throws(EngineError) -> ClusterObservation {
    do throws(PostgresError) {
      return try await ClusterCheck(connection: connection.current).observe()
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
    SchemaHistory(
      connection: connection, schema: defaultSchema(settings), name: settings.table, tablespace: settings.tablespace)
  }

  /// The schema of the history table, as Flyway chooses it: `defaultSchema`, else the first of `schemas`, else the schema
  /// that unqualified names go to.
  package func defaultSchema(_ settings: MigrationSettings) -> String {
    settings.defaultSchema ?? settings.schemas.first ?? original.currentSchema ?? "public"
  }

  /// The schemas that are created, looked at and cleaned, in configured order.
  func managedSchemas(_ settings: MigrationSettings) -> [String] {
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
