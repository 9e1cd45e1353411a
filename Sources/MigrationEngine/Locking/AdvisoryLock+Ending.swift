internal import Postgres

extension AdvisoryLock {
  /// How often is looked again before a left-over is ended, and how long its end is waited for.
  ///
  /// Twice only: its Lease has expired, so a holder that is alive has had the time between renew deadline and duration.
  private static let looks = 2
  private static let pause = Duration.milliseconds(200)
  private static let patience = Duration.seconds(5)

  /// Takes the lock from a session that may be ended: at first by waiting for it to end by itself.
  /// - Returns: whether the lock is held now; not so where another session was faster.
  /// - Throws: `databaseLocked` where this role may not end it; `connection`, `cancelled`.
  func take(from holder: LockHolder, _ request: RunRequest) async throws(EngineError) -> Bool {
    if try await acquire(within: Self.looks, request) { return true }
    guard try await isHeld(by: holder) else { return false }
    request.report(.endingHolder(holder))
    try await end(holder)
    return try await acquire(within: 1, request)
  }

  private func acquire(within looks: Int, _ request: RunRequest) async throws(EngineError) -> Bool {
    for _ in 0..<looks {
      if try await attemptToAcquire() == nil { return true }
      try await request.pause(Self.pause)
    }
    return try await attemptToAcquire() == nil
  }

  private func isHeld(by holder: LockHolder) async throws(EngineError) -> Bool {
    try await asking("looking for the migration lock") { () async throws(PostgresError) in
      let now = try await self.holder()
      return now?.pid == holder.pid && now?.application == holder.application
    }
  }

  // PostgreSQL 14 and newer wait for the end of the process themselves. The process that is meant is the one that still
  // holds the lock under that name: numbers are used again.
  private func end(_ holder: LockHolder) async throws(EngineError) {
    do throws(PostgresError) {
      let known = try await connection.execute(
        "SELECT to_regprocedure('pg_catalog.pg_terminate_backend(integer,bigint)') IS NOT NULL AS waits")
      let waits = known.rows.first?["waits"] == "t" ? ", \(Self.patience.components.seconds * 1000)" : ""
      try await connection.execute(
        """
        SELECT pg_catalog.pg_terminate_backend(l.pid\(waits)) FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE \(Self.condition(key)) AND l.pid = \(holder.pid)
          AND a.application_name = \(SQLText.literal(holder.application ?? ""))
        """)
    } catch {
      guard error.sqlState == .insufficientPrivilege else {
        throw EngineError(connection: error, while: "ending the session that holds the migration lock")
      }
      throw EngineError(
        .databaseLocked,
        "the migration lock is held by \(holder.description), a left-over that this role may not end; grant it "
          + "pg_signal_backend, or end it by pg_terminate_backend(\(holder.pid))")
    }
  }
}
