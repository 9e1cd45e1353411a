internal import MigrationCore
internal import Postgres

/// What a session was like before any script ran in it: each script finds it so again.
struct OriginalSession: Sendable {
  let searchPath: String
  let currentSchema: String?
  /// The role that `initSql` has chosen; nil leaves it to `RESET ROLE`.
  let role: String?
  /// What this side and `initSql` have set, which `RESET ALL` takes away.
  let settings: [(name: String, value: String)]
  /// The server process.
  let backend: SessionConnection.Backend

  /// Sends `initSql` and looks at the session.
  static func read(_ connection: PostgresConnection, initSql: String?) async throws(PostgresError) -> OriginalSession {
    if let initSql { try await run(initSql, on: connection) }
    let result = try await connection.execute(
      """
      SELECT current_setting('search_path') AS path, current_schema() AS schema, current_setting('role') AS role,
        current_setting('client_connection_check_interval', true) AS check_interval, pg_backend_pid() AS pid,
        (SELECT backend_start::text FROM pg_catalog.pg_stat_activity WHERE pid = pg_backend_pid()) AS started_at
      """)
    let row = result.rows.first
    let role = row?["role"].flatMap { initSql == nil || $0 == "none" ? nil : $0 }
    var settings = row?["check_interval"].map { [(name: "client_connection_check_interval", value: $0)] } ?? []
    if initSql != nil { settings += try await ownSettings(connection) }
    return OriginalSession(
      searchPath: row?["path"] ?? "", currentSchema: row?["schema"], role: role, settings: settings,
      backend: SessionConnection.Backend(
        pid: row?["pid"].flatMap { Int32($0) } ?? 0, startedAt: row?["started_at"] ?? ""))
  }

  private static func run(_ sql: String, on connection: PostgresConnection) async throws(PostgresError) {
    let statements: [SQLStatement]
    do throws(SQLScriptError) {
      statements = try StatementSplitter.split(sql)
    } catch {
      throw PostgresError(code: .invalidParameters, message: "initSql: \(error.message) \(error.nextStep)")
    }
    for statement in statements {
      _ = try await connection.execute(statement.text)
    }
  }

  private static func ownSettings(
    _ connection: PostgresConnection
  ) async throws(PostgresError) -> [(name: String, value: String)] {
    let result = try await connection.execute(
      """
      SELECT name, current_setting(name) AS value FROM pg_catalog.pg_settings
      WHERE source = 'session' AND name NOT IN ('search_path', 'client_connection_check_interval')
      """)
    return result.rows.compactMap { row in row["name"].map { (name: $0, value: row["value"] ?? "") } }
  }

  /// The search path of scripts whose unqualified names belong to a schema
  /// (Flyway's `PostgreSQLConnection.doChangeCurrentSchemaOrSearchPathTo`).
  func searchPath(leading schema: String) -> String {
    if searchPath == schema || searchPath.hasPrefix("\(schema),") { return searchPath }
    let quoted = SQLText.identifier(schema)
    return searchPath.isEmpty ? quoted : "\(quoted),\(searchPath)"
  }
}
