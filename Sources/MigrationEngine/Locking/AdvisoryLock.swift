internal import Postgres

/// Flyway's session-level advisory lock, on the very connection that runs the migrations.
///
/// It is tried, never waited for, and outside a transaction, so that it holds no snapshot that would block
/// `CREATE INDEX CONCURRENTLY` (flyway/flyway issue 3531). It dies with the session.
struct AdvisoryLock {
  let connection: PostgresConnection
  let key: Int64

  /// Tries to take the lock.
  /// - Throws: `databaseLocked` with the holder's process and application name; `connection`.
  func acquire() async throws(EngineError) {
    let holder: String
    do throws(PostgresError) {
      let result = try await connection.execute("SELECT pg_catalog.pg_try_advisory_lock(\(key)) AS taken")
      if result.rows.first?["taken"] == "t" { return }
      holder = try await describeHolder()
    } catch {
      throw EngineError(connection: error, while: "taking the migration lock")
    }
    throw EngineError(.databaseLocked, holder)
  }

  /// Makes sure that the lock is still held, and takes it again where a script has given it away.
  ///
  /// What another session did meanwhile is caught by the history's primary key: no rank is recorded twice.
  /// - Throws: `databaseLocked` when another session was faster; `connection`.
  func confirm() async throws(EngineError) {
    let isHeld: Bool
    do throws(PostgresError) {
      let result = try await connection.execute(
        """
        SELECT 1 FROM pg_catalog.pg_locks l WHERE l.pid = pg_catalog.pg_backend_pid() AND \(Self.condition(key))
        """)
      isHeld = !result.rows.isEmpty
    } catch {
      throw EngineError(connection: error, while: "looking for the migration lock")
    }
    if !isHeld { try await acquire() }
  }

  /// Gives the lock back; where that fails the connection is closed, which gives it back too.
  func release() async {
    do throws(PostgresError) {
      _ = try await connection.execute("SELECT pg_catalog.pg_advisory_unlock(\(key))")
    } catch {
      await connection.close()
    }
  }

  // A bigint key shows in pg_locks as its two halves, with objsubid 1.
  private static func condition(_ key: Int64) -> String {
    let bits = UInt64(bitPattern: key)
    return """
      l.locktype = 'advisory' AND l.granted AND l.classid = \(bits >> 32) AND l.objid = \(bits & 0xFFFF_FFFF)
        AND l.objsubid = 1 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      """
  }

  private func describeHolder() async throws(PostgresError) -> String {
    let result = try await connection.execute(
      """
      SELECT l.pid, coalesce(a.application_name, '') AS application, coalesce(a.client_addr::text, 'local') AS address
      FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE \(Self.condition(key))
      """)
    guard let row = result.rows.first else { return "another session held the migration lock a moment ago" }
    let application = row["application"].flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
    return "the migration lock is held by backend \(row["pid"] ?? "?")\(application) from \(row["address"] ?? "?"); "
      + "another controller or Flyway is at work"
  }
}
