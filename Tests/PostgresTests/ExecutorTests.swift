import Glibc
import Postgres
import Support
import TestSupport
import Testing

@Suite(
  "The connections' executor", .enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"),
  .timeLimit(.minutes(5)))
struct ExecutorTests {
  @Test("a task that prefers it stays on the thread that receives the answers, its children and other tasks too")
  func oneThread() async throws {
    let parameters = try await PostgresServer.shared().parameters()
    @Sendable func threads() async throws -> Set<pthread_t> {
      var threads: Set<pthread_t> = [pthread_self()]
      let connection = try await PostgresConnection.connect(parameters)
      for _ in 0..<20 {
        _ = try await connection.execute("SELECT 1")
        threads.insert(pthread_self())
      }
      await connection.close()
      return threads
    }
    let all = try await withTaskExecutorPreference(PostgresConnection.executor) {
      try await withThrowingTaskGroup(of: Set<pthread_t>.self) { group in
        for _ in 0..<4 { group.addTask { try await threads() } }
        return try await group.reduce(into: try await threads()) { $0.formUnion($1) }
      }
    }
    #expect(all.count == 1)
  }

  @Test("a task that is always ready to go on holds up neither answers nor deadlines")
  func fairness() async throws {
    let parameters = try await PostgresServer.shared().parameters()
    let isOver = Guarded(false)
    async let rounds = withTaskExecutorPreference(PostgresConnection.executor) {
      var rounds = 0
      while !isOver.withLock({ $0 }) {
        rounds += 1
        await Task.yield()
      }
      return rounds
    }
    let connection = try await PostgresConnection.connect(parameters)
    for _ in 0..<20 { _ = try await connection.execute("SELECT 1") }
    await connection.close()
    let listener = SilentListener()
    var silent = parameters
    (silent.host, silent.port, silent.connectTimeout) = ("127.0.0.1", listener.port, .milliseconds(50))
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(silent) }
    #expect(error?.code == .timedOut)
    isOver.withLock { $0 = true }
    #expect(await rounds > 0)
  }

  @Test("a statement of such a task is cancelled on the server, and the next one runs")
  func cancelled() async throws {
    let parameters = try await PostgresServer.shared().parameters()
    let (connection, watcher) = (
      try await PostgresConnection.connect(parameters), try await PostgresConnection.connect(parameters)
    )
    let task = Task(executorPreference: PostgresConnection.executor) {
      try await connection.execute("SELECT pg_sleep(60)")
    }
    let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1::int AND state = 'active' AND query LIKE '%pg_sleep%'"
    while try await watcher.query(sql, ["\(connection.backendProcessIdentifier)"]).rows.isEmpty {}
    task.cancel()
    let error = await #expect(throws: PostgresError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(try await connection.execute("SELECT 1 AS one").rows.first?["one"] == "1")
    await connection.close()
    await watcher.close()
  }
}
