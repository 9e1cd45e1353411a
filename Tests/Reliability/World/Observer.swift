internal import Postgres
internal import TestSupport

/// Looks into a world's database from beside the controllers, over a session that is opened again when it was lost.
package actor Observer {
  /// How far the work has come.
  package struct Progress: Sendable, Equatable {
    /// Rows of the ledger.
    package var rows = 0
    /// The sessions that wrote them.
    package var sessions: Set<String> = []
    /// Migrations that the history has as a success.
    package var succeeded = 0
  }

  private let parameters: ConnectionParameters
  private var connection: PostgresConnection?

  init(_ parameters: ConnectionParameters) { self.parameters = parameters }

  /// How far the work has come; nil while the database cannot be asked.
  package func progress() async -> Progress? {
    let sql = """
      SELECT count(*), string_agg(DISTINCT session, ','),
        (SELECT count(*) FROM flyway_schema_history WHERE success AND version IS NOT NULL) FROM ledger
      """
    do {
      guard let row = try await lines(sql).first else { return nil }
      return Progress(
        rows: Int(row[0]) ?? 0, sessions: Set(row[1].split(separator: ",").map { String($0) }),
        succeeded: Int(row[2]) ?? 0)
    } catch {
      // 42P01: neither table is there before the first migration.
      return error.sqlState?.rawValue == "42P01" ? Progress() : nil
    }
  }

  /// Waits until a controller's session runs a statement like the pattern; false if that has not come in time.
  package func waitForStatement(like pattern: String, timeout: Duration) async throws -> Bool {
    let sql = """
      SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND state = 'active' AND application_name LIKE 'whimbrel/%' AND query ILIKE '\(pattern)'
      """
    let deadline = ContinuousClock.now + timeout
    while ContinuousClock.now < deadline {
      if let row = try? await lines(sql).first, row[0] != "0" { return true }
      try await Task.sleep(for: .milliseconds(3))
    }
    return false
  }

  /// Rows as texts, empty for null.
  func lines(_ sql: String) async throws(PostgresError) -> [[String]] {
    let connection = try await session()
    do throws(PostgresError) {
      let result = try await connection.execute(sql)
      return result.rows.map { row in (0..<result.columns.count).map { row[$0] ?? "" } }
    } catch {
      if !connection.isOpen { self.connection = nil }
      throw error
    }
  }

  /// Closes the session.
  package func close() async {
    await connection?.close()
    connection = nil
  }

  private func session() async throws(PostgresError) -> PostgresConnection {
    if let connection, connection.isOpen { return connection }
    var parameters = parameters
    parameters.connectTimeout = .seconds(5)
    let fresh = try await PostgresConnection.connect(parameters)
    connection = fresh
    return fresh
  }
}
