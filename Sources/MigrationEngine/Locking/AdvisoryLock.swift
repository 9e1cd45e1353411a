internal import Postgres

/// Flyway's session-level advisory lock, on the very connection that runs the migrations.
///
/// It is tried, never waited for, and outside a transaction, so that it holds no snapshot that would block
/// `CREATE INDEX CONCURRENTLY` (flyway/flyway issue 3531). It dies with the session.
///
/// It is taken twice, which is one lock for everybody else: so giving it back once tells whether it is still held, without
/// giving it away. `pg_locks` would tell too, but reads the locks of all sessions and holds them up meanwhile.
struct AdvisoryLock {
  let connection: SessionConnection
  let key: Int64

  /// Takes the lock: at once, or as soon as its holder gives it away, as long as the request allows; a left-over that the
  /// request lets be ended is ended, once.
  /// - Throws: `databaseLocked` with the holder; `connection`; `cancelled` while it waits.
  func acquire(_ request: RunRequest) async throws(EngineError) {
    let started = ContinuousClock.now
    var ended: Set<Int> = []
    var attempt = 0
    while true {
      attempt += 1
      guard let refusal = try await attemptToAcquire() else { break }
      if let holder = refusal.holder, request.mayEnd(holder), ended.insert(holder.pid).inserted {
        if try await take(from: holder, request) { break }
        continue
      }
      guard let pause = request.lockWait.pause(afterAttempt: attempt) else {
        throw Self.busy(refusal.holder, attempts: attempt)
      }
      request.report(.waitingForLock(refusal.holder, attempt: attempt))
      try await request.pause(pause)
    }
    request.report(.locked(waited: ContinuousClock.now - started))
  }

  /// Why the lock was not granted.
  struct Refusal {
    /// Nil if it was let go in between.
    let holder: LockHolder?
  }

  func attemptToAcquire() async throws(EngineError) -> Refusal? {
    try await asking("taking the migration lock") { () async throws(PostgresError) in
      let result = try await connection.execute("SELECT \(twice) AS taken")
      return result.rows.first?["taken"] == "t" ? nil : Refusal(holder: try await holder())
    }
  }

  func asking<Value>(
    _ doing: String, _ body: () async throws(PostgresError) -> Value
  ) async throws(EngineError) -> Value {
    do throws(PostgresError) {
      return try await body()
    } catch {
      throw EngineError(connection: error, while: doing)
    }
  }

  private static func busy(_ holder: LockHolder?, attempts: Int) -> EngineError {
    let tries = attempts > 1 ? " (tried \(attempts) times; lockRetryCount says how often)" : ""
    guard let holder else {
      return EngineError(.databaseLocked, "another session held the migration lock a moment ago\(tries); run it again")
    }
    return EngineError(
      .databaseLocked,
      "the migration lock is held by \(holder.description); another controller or Flyway is at work\(tries)")
  }

  /// Makes sure that the lock is still held, and takes it again where a script has given it away.
  ///
  /// What another session did meanwhile is caught by the history's primary key: no rank is recorded twice.
  /// - Throws: `databaseLocked` when another session was faster; `connection`.
  func confirm() async throws(EngineError) {
    let isHeld = try await asking("looking for the migration lock") { () async throws(PostgresError) in
      let result = try await connection.execute("SELECT \(confirmation)")
      return result.rows.first?["locked"] == "t"
    }
    guard !isHeld, let refusal = try await attemptToAcquire() else { return }
    throw Self.busy(refusal.holder, attempts: 1)
  }

  /// What to select to make sure of it in a message with other statements, as the column `locked`; false where another
  /// session was faster.
  ///
  /// A script that has given it back once leaves it taken once: then it is free for as long as it takes to take it again, and
  /// whoever waits for it has it.
  var confirmation: String {
    "CASE WHEN pg_catalog.pg_advisory_unlock(\(key)) THEN pg_catalog.pg_try_advisory_lock(\(key)) ELSE \(twice) END AS locked"
  }

  private var twice: String {
    """
    CASE WHEN pg_catalog.pg_try_advisory_lock(\(key)) THEN pg_catalog.pg_try_advisory_lock(\(key)) ELSE false END
    """
  }

  /// Gives the lock back; where that fails the connection is closed, which gives it back too.
  ///
  /// It never throws: what went wrong before must not be hidden behind it.
  func release() async {
    do throws(PostgresError) {
      try await connection.execute(
        "SELECT pg_catalog.pg_advisory_unlock(\(key)), pg_catalog.pg_advisory_unlock(\(key))")
    } catch {
      await connection.close()
    }
    // "you don't own a lock of type ExclusiveLock" after a script has given it away.
    _ = connection.takeNotices()
  }

  // A bigint key shows in pg_locks as its two halves, with objsubid 1.
  static func condition(_ key: Int64) -> String {
    let bits = UInt64(bitPattern: key)
    return """
      l.locktype = 'advisory' AND l.granted AND l.classid = \(bits >> 32) AND l.objid = \(bits & 0xFFFF_FFFF)
        AND l.objsubid = 1 AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
      """
  }

  // Literals of the statement are left out: they may be secrets.
  func holder() async throws(PostgresError) -> LockHolder? {
    let result = try await connection.execute(
      """
      SELECT l.pid, nullif(a.application_name, '') AS application, host(a.client_addr) AS address,
        to_char(coalesce(a.xact_start, a.state_change), 'YYYY-MM-DD HH24:MI:SSOF') AS since,
        left(regexp_replace(regexp_replace(a.query, '\\s+', ' ', 'g'), '''[^'']*''', '''...''', 'g'), 200) AS query
      FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
      WHERE \(Self.condition(key))
      """)
    guard let row = result.rows.first else { return nil }
    let query = row["query"].flatMap { $0.isEmpty || $0 == "<insufficient privilege>" ? nil : $0 }
    return LockHolder(
      pid: row["pid"].flatMap { Int($0) } ?? 0, application: row["application"], address: row["address"],
      since: row["since"], query: query)
  }
}
