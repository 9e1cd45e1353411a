import Glibc
import Postgres
import Support
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct CancelTests {
  private func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(try await PostgresServer.shared().parameters())
  }

  /// Returns when a statement runs in the session.
  private func running(_ connection: PostgresConnection, watcher: PostgresConnection) async throws {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1::int AND state = 'active' AND query LIKE '%pg_sleep%'"
    while try await watcher.query(sql, ["\(connection.backendProcessIdentifier)"]).rows.isEmpty {}
  }

  @Test("cancelling the task ends the statement on the server, and the connection goes on")
  func cancel() async throws {
    let (connection, watcher) = (try await connect(), try await connect())
    let statement = Task { try await connection.execute("SELECT pg_sleep(60)") }
    try await running(connection, watcher: watcher)
    let start = ContinuousClock.now
    statement.cancel()
    let error = await #expect(throws: PostgresError.self) { try await statement.value }
    #expect(error?.code == .cancelled)
    #expect(error?.sqlState == .queryCanceled)
    #expect(error?.isTransient == false)
    #expect(ContinuousClock.now - start < .seconds(50))
    #expect(try await connection.execute("SELECT 1").rows[0][0] == "1")
    await connection.close()
    await watcher.close()
  }

  @Test("a statement that time ends is the server's error, not a cancellation")
  func statementTimeout() async throws {
    let connection = try await connect()
    _ = try await connection.execute("SET statement_timeout = '50ms'")
    let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT pg_sleep(60)") }
    #expect(error?.code == .server)
    #expect(error?.sqlState == .queryCanceled)
    await connection.close()
  }

  @Test("a task that is cancelled before it starts sends nothing")
  func cancelledBeforeStart() async throws {
    let connection = try await connect()
    _ = try await connection.execute("CREATE TEMP TABLE t (a int)")
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await connection.execute("INSERT INTO t VALUES (1)")
    }
    let error = await #expect(throws: PostgresError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(error?.server == nil)
    #expect(try await connection.execute("SELECT count(*) FROM t").rows[0][0] == "0")
    await connection.close()
  }

  @Test("a statement that waits for its turn leaves the queue when cancelled")
  func cancelledWhileWaiting() async throws {
    let (connection, watcher) = (try await connect(), try await connect())
    let first = Task { try await connection.execute("SELECT pg_sleep(60)") }
    try await running(connection, watcher: watcher)
    let second = Task { try await connection.execute("SELECT 2") }
    second.cancel()
    let error = await #expect(throws: PostgresError.self) { try await second.value }
    #expect(error?.code == .cancelled)
    #expect(error?.server == nil)
    first.cancel()
    _ = try? await first.value
    #expect(try await connection.execute("SELECT 3").rows[0][0] == "3")
    await connection.close()
    await watcher.close()
  }

  @Test("a cancelled COPY ends and leaves nothing")
  func cancelledCopy() async throws {
    let (connection, watcher, locker) = (try await connect(), try await connect(), try await connect())
    _ = try await connection.execute("CREATE TABLE IF NOT EXISTS cancelled_copy (a int)")
    _ = try await locker.execute("BEGIN; LOCK TABLE cancelled_copy")
    let data = Array(String(repeating: "1\n", count: 5_000_000).utf8)
    let copy = Task { try await connection.copyIn("/* pg_sleep */ COPY cancelled_copy FROM STDIN", data: data) }
    try await running(connection, watcher: watcher)
    copy.cancel()
    let error = await #expect(throws: PostgresError.self) { try await copy.value }
    #expect(error?.code == .cancelled)
    _ = try await locker.execute("ROLLBACK")
    #expect(try await connection.execute("SELECT count(*) FROM cancelled_copy").rows[0][0] == "0")
    _ = try await connection.execute("DROP TABLE cancelled_copy")
    await connection.close()
    await locker.close()
    await watcher.close()
  }

  @Test("a cancelled statement never kills the next one")
  func storm() async throws {
    let totals = try await withThrowingTaskGroup(of: Tally.self) { group in
      for _ in 0..<4 {
        group.addTask { try await self.rounds(750) }
      }
      return try await group.reduce(into: Tally()) { $0.add($1) }
    }
    print("storm: \(totals)")
    #expect(totals.killed == 0)
    #expect(totals.cancelled > 0)
    #expect(totals.finished > 0)
  }

  private struct Tally {
    var cancelled = 0
    var finished = 0
    var killed = 0

    mutating func add(_ other: Tally) {
      cancelled += other.cancelled
      finished += other.finished
      killed += other.killed
    }
  }

  /// Cancels statements before, during and after their end, each followed by one that must survive.
  private func rounds(_ count: Int) async throws -> Tally {
    let connection = try await connect()
    var tally = Tally()
    for round in 0..<count {
      let statement = Task { try await connection.execute("SELECT pg_sleep(0.002)") }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...4000)))
      statement.cancel()
      do {
        _ = try await statement.value
        tally.finished += 1
      } catch let error as PostgresError where error.code == .cancelled {
        tally.cancelled += 1
      } catch let error as PostgresError where error.sqlState == .queryCanceled {
        tally.killed += 1
      }
      do {
        let next = try await connection.execute("SELECT \(round), pg_sleep(0.0005)")
        #expect(next.rows[0][0] == "\(round)")
      } catch {
        guard error.sqlState == .queryCanceled else {
          throw error
        }
        tally.killed += 1
      }
    }
    await connection.close()
    return tally
  }
}
