import Postgres
import Support
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct ConnectStormTests {
  @Test("attempts cancelled at any point end, and leave no session behind")
  func cancelledAttempts() async throws {
    let server = try await PostgresServer.shared()
    let watcher = try await PostgresConnection.connect(server.parameters())
    var parameters = server.parameters(
      tls: TLS(mode: .verifyFull, certificateAuthority: server.certificates.authority))
    parameters.host = "localhost"
    parameters.applicationName = "cancelled-attempts"
    let tried = parameters
    var (cancelled, connected) = (0, 0)
    for _ in 0..<200 {
      let attempt = Task { try await PostgresConnection.connect(tried) }
      try await Task.sleep(for: .microseconds(Int.random(in: 0...30_000)))
      attempt.cancel()
      do {
        await (try attempt.value).close()
        connected += 1
      } catch let error as PostgresError where error.code == .cancelled {
        cancelled += 1
      }
    }
    print("connect storm: \(cancelled) cancelled, \(connected) connected")
    #expect(cancelled > 0)
    let sql = "SELECT 1 FROM pg_stat_activity WHERE application_name = $1"
    while try await !watcher.query(sql, ["cancelled-attempts"]).rows.isEmpty {}
    await watcher.close()
  }

  @Test("statements of many tasks, each cancelled at any point, leave the connection usable")
  func cancelledQueue() async throws {
    let connection = try await PostgresConnection.connect(try await PostgresServer.shared().parameters())
    for _ in 0..<40 {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask { _ = try? await connection.execute("SELECT pg_sleep(0.001)") }
        }
        try? await Task.sleep(for: .microseconds(Int.random(in: 0...20_000)))
        group.cancelAll()
      }
      #expect(try await connection.execute("SELECT 1").rows[0][0] == "1")
    }
    await connection.close()
  }
}
