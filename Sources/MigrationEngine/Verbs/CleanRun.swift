internal import MigrationCore
internal import Postgres

/// One run of `clean`, with the lock held: what is in the configured schemas goes, extensions' own objects stay.
///
/// Order and conditions are Flyway's (`CleanExecutor`, `PostgreSQLSchema.doClean`).
struct CleanRun {
  let session: MigrationSession
  let request: RunRequest

  private var settings: MigrationSettings { request.settings }

  func perform() async throws(EngineError) -> CleanReport {
    let callbacks = try CallbackRunner(
      session, request, events: [.afterConnect, .beforeClean, .afterClean, .afterCleanError])
    try await callbacks.fire(.afterConnect)
    try await callbacks.fire(.beforeClean)
    let report: CleanReport
    do throws(EngineError) {
      report = try await clean()
    } catch {
      await callbacks.fire(.afterCleanError, after: error)
      throw error
    }
    try await callbacks.fire(.afterClean)
    return report
  }

  private func clean() async throws(EngineError) -> CleanReport {
    var warnings: [String] = []
    var (created, missing): (Set<String>, Set<String>) = ([], [])
    do throws(EngineError) {
      let snapshot = try await session.readHistory(settings)
      (created, missing) = (Self.createdSchemas(snapshot.rows), Set(snapshot.missingSchemas))
    } catch {
      guard error.code == .historyUnreadable else { throw error }
      warnings.append(
        "No schema is dropped, since it is not known which were created for the migrations: \(error.message)")
    }
    let managed = session.managedSchemas(settings)
    warnings += managed.filter(missing.contains).map { "Unable to clean unknown schema: \"\($0)\"" }
    let schemas = managed.filter { !missing.contains($0) }
    // Twice, since an object may depend on one of another schema.
    for schema in schemas + schemas.reversed() {
      try await empty(schema, isDropped: created.contains(schema))
    }
    var cleaned = schemas.filter { !created.contains($0) }
    var dropped: [String] = []
    for schema in schemas where created.contains(schema) {
      if let problem = try await drop(schema) {
        warnings.append("Unable to drop schema \"\(schema)\", it was cleaned instead: \(problem)")
        cleaned.append(schema)
      } else {
        dropped.append(schema)
      }
    }
    return CleanReport(schemasCleaned: cleaned, schemasDropped: dropped, warnings: warnings)
  }

  // `"app","other"`, as the row says it.
  private static func createdSchemas(_ rows: [HistoryRow]) -> Set<String> {
    let lists = rows.filter { $0.type == HistoryType.schema.rawValue }.map(\.script)
    return Set(
      lists.flatMap { $0.split(separator: ",") }.map { name in
        guard name.count > 1, name.hasPrefix("\""), name.hasSuffix("\"") else { return String(name) }
        return name.dropFirst().dropLast().split(separator: "\"\"", omittingEmptySubsequences: false)
          .joined(separator: "\"")
      })
  }

  // MARK: Doing

  private func empty(_ schema: String, isDropped: Bool) async throws(EngineError) {
    do throws(PostgresError) {
      try await begin()
      for kind in CleanKind.inOrder {
        let result = try await session.connection.execute(kind.query(schema: schema))
        for row in result.rows {
          if let statement = row["statement"] { try await session.connection.execute(statement) }
        }
      }
      try await commit()
    } catch {
      await session.connection.rollBack()
      // The whole schema goes afterwards, whatever stands in the way of single objects.
      guard !isDropped || error.code != .server else { return }
      throw EngineError(connection: error, while: "cleaning schema \"\(schema)\", rolled back")
    }
  }

  private func drop(_ schema: String) async throws(EngineError) -> String? {
    do throws(PostgresError) {
      try await begin()
      try await session.connection.execute("DROP SCHEMA \(SQLText.identifier(schema)) CASCADE")
      try await commit()
      return nil
    } catch {
      await session.connection.rollBack()
      guard error.code == .server else {
        throw EngineError(connection: error, while: "dropping schema \"\(schema)\", rolled back")
      }
      return error.message
    }
  }

  // Shards on the coordinator stay out of sight: Citus drops them with their table.
  private func begin() async throws(PostgresError) {
    let isCitus = try await session.reset(settings)
    let settings = MigrationSession.transactionSettings(request.execution, isCitus: isCitus, isSequential: true)
    let visibility = isCitus ? ["SET LOCAL citus.override_table_visibility = on"] : []
    for statement in ["BEGIN"] + settings + visibility { try await session.connection.execute(statement) }
  }

  private func commit() async throws(PostgresError) {
    do throws(EngineError) {
      try request.permit()
    } catch {
      throw PostgresError(code: .closed, message: error.message)
    }
    try await session.connection.execute("COMMIT")
    StatementSender(connection: session.connection, request: request).takeNotices()
  }
}
