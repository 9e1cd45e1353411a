import Glibc
import Postgres
import Support
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct LossTests {
  private func connect() async throws -> PostgresConnection {
    try await PostgresConnection.connect(try await PostgresServer.shared().parameters())
  }

  private func running(_ connection: PostgresConnection, watcher: PostgresConnection) async throws {
    let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1::int AND state = 'active' AND query LIKE '%pg_sleep%'"
    while try await watcher.query(sql, ["\(connection.backendProcessIdentifier)"]).rows.isEmpty {}
  }

  @Test("a backend that is ended in the middle is a lost connection, with the server's last words")
  func terminatedWhileRunning() async throws {
    let (connection, watcher) = (try await connect(), try await connect())
    let statement = Task { try await connection.execute("SELECT pg_sleep(60)") }
    try await running(connection, watcher: watcher)
    let waiting = Task { try await connection.execute("SELECT 1") }
    _ = try await watcher.query("SELECT pg_terminate_backend($1::int)", ["\(connection.backendProcessIdentifier)"])
    let error = await #expect(throws: PostgresError.self) { try await statement.value }
    #expect(error?.code == .connectionLost)
    #expect(error?.sqlState == .adminShutdown)
    #expect(error?.isTransient == true)
    #expect(!connection.isOpen)
    let next = await #expect(throws: PostgresError.self) { try await waiting.value }
    #expect(next?.code == .closed)
    await connection.close()
    await watcher.close()
  }

  @Test("a backend that was ended while idle is noticed by the next statement")
  func terminatedWhileIdle() async throws {
    let (connection, watcher) = (try await connect(), try await connect())
    _ = try await watcher.query(
      "SELECT pg_terminate_backend($1::int, 5000)", ["\(connection.backendProcessIdentifier)"])
    let error = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
    #expect(error?.code == .connectionLost)
    #expect(error?.isTransient == true)
    #expect(!connection.isOpen)
    await watcher.close()
  }

  @Test("closing ends the statement that runs and those that wait")
  func closeWhileRunning() async throws {
    let (connection, watcher) = (try await connect(), try await connect())
    let statement = Task { try await connection.execute("SELECT pg_sleep(60)") }
    try await running(connection, watcher: watcher)
    let waiting = Task { try await connection.execute("SELECT 1") }
    await connection.close()
    #expect(!connection.isOpen)
    for task in [statement, waiting] {
      let error = await #expect(throws: PostgresError.self) { try await task.value }
      #expect(error?.code == .closed)
    }
    await connection.close()
    let late = await #expect(throws: PostgresError.self) { try await connection.execute("SELECT 1") }
    #expect(late?.code == .closed)
    await watcher.close()
  }

  @Test("a connection that is dropped without close leaves neither session nor descriptor")
  func dropped() async throws {
    let watcher = try await connect()
    let identifier: Int32
    do {
      let connection = try await connect()
      identifier = connection.backendProcessIdentifier
    }
    let sql = "SELECT 1 FROM pg_stat_activity WHERE pid = $1::int"
    while try await !watcher.query(sql, ["\(identifier)"]).rows.isEmpty {}
    await watcher.close()
  }

  @Test("a proxy that passes nothing on any more costs a cancelled statement its connection, not forever")
  func hungProxy() async throws {
    let server = try await PostgresServer.shared()
    let relay = TCPRelay(to: server.port)
    var parameters = server.parameters()
    parameters.port = relay.port
    parameters.cancelTimeout = .milliseconds(700)
    let (connection, watcher) = (try await PostgresConnection.connect(parameters), try await connect())
    let statement = Task { try await connection.execute("SELECT pg_sleep(2)") }
    try await running(connection, watcher: watcher)
    relay.freeze()
    let start = ContinuousClock.now
    statement.cancel()
    let error = await #expect(throws: PostgresError.self) { try await statement.value }
    #expect(error?.code == .connectionLost)
    #expect(ContinuousClock.now - start >= .milliseconds(700))
    #expect(ContinuousClock.now - start < .seconds(60))
    #expect(!connection.isOpen)
    relay.end()
    await watcher.close()
  }

  @Test("closing a session through a hung proxy is bounded")
  func closeThroughHungProxy() async throws {
    let server = try await PostgresServer.shared()
    let relay = TCPRelay(to: server.port)
    var parameters = server.parameters()
    parameters.port = relay.port
    parameters.cancelTimeout = .milliseconds(300)
    let (connection, watcher) = (try await PostgresConnection.connect(parameters), try await connect())
    let statement = Task { try await connection.execute("SELECT pg_sleep(2)") }
    try await running(connection, watcher: watcher)
    relay.freeze()
    await connection.close()
    await #expect(throws: PostgresError.self) { try await statement.value }
    #expect(!connection.isOpen)
    relay.end()
    await watcher.close()
  }
}
