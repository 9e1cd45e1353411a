package import MigrationCore
internal import Postgres

// What a database consists of, and whether its shards are like its tables. Reads only, but for the baseline.
extension MigrationSession {
  /// Reads what the database consists of, the history included, in one transaction that can change nothing.
  ///
  /// - Throws: `connection` also where a question is refused or takes too long.
  package func fingerprint(_ settings: MigrationSettings) async throws(EngineError) -> DriftFingerprint {
    do throws(PostgresError) {
      let reading = CatalogReading(
        connection: connection, query: try await catalogQuery(settings), history: schemaHistory(settings))
      return try await reading.read(scope: settings.schemas.joined(separator: " "))
    } catch {
      throw EngineError(connection: error, while: "reading the catalog")
    }
  }

  /// Compares every shard with its table; finds nothing where there is no Citus.
  /// - Throws: `connection`; a node that does not answer is no error but told in the findings.
  package func compareShards(_ settings: MigrationSettings) async throws(EngineError) -> ShardFindings {
    do throws(PostgresError) {
      let query = try await catalogQuery(settings)
      guard query.isCitus else { return ShardFindings() }
      return try await ShardReading(connection: connection, query: query).compare()
    } catch {
      throw EngineError(connection: error, while: "comparing the shards with their tables")
    }
  }

  /// The baseline that the database keeps, as it was stored; nil where there is none.
  /// - Throws: `connection`.
  package func storedBaseline(_ settings: MigrationSettings) async throws(EngineError) -> String? {
    do throws(PostgresError) {
      return try await baselineStore(settings).read()
    } catch {
      throw EngineError(connection: error, while: "reading the stored baseline")
    }
  }

  /// Reads the fingerprint and stores what `make` makes of it, both under Flyway's lock, so that nobody migrates meanwhile.
  ///
  /// - Returns: the fingerprint as read, and the text as stored.
  /// - Throws: `databaseLocked`; `refused` where it cannot be stored, with what to do; `connection`.
  package func storeBaseline(
    _ request: RunRequest, _ make: (DriftFingerprint) -> DriftFingerprint = { $0 }
  ) async throws(EngineError) -> (current: DriftFingerprint, text: String) {
    var quiet = RunRequest(scripts: request.scripts, settings: request.settings, execution: request.execution)
    quiet.permit = request.permit
    return try await whileLocked(quiet) { _ throws(EngineError) in
      let current = try await fingerprint(request.settings)
      let text = make(current).text
      try quiet.permit()
      let problem: String?
      do throws(PostgresError) {
        problem = try await baselineStore(request.settings).write(text)
      } catch {
        throw EngineError(connection: error, while: "storing the baseline on the history table")
      }
      if let problem { throw EngineError(.refused, problem) }
      return (current, text)
    }
  }

  private func baselineStore(_ settings: MigrationSettings) -> BaselineStore {
    BaselineStore(connection: connection, schema: defaultSchema(settings), table: settings.table)
  }

  private func catalogQuery(_ settings: MigrationSettings) async throws(PostgresError) -> CatalogQuery {
    let result = try await connection.execute(
      "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus') AS citus")
    return CatalogQuery(
      schemas: settings.schemas.isEmpty ? [] : managedSchemas(settings),
      history: (schema: defaultSchema(settings), name: settings.table), isCitus: result.rows.first?["citus"] == "t")
  }
}
