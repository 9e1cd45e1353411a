import Glibc
import Postgres
import Support
import TestSupport
import Testing

@Suite(.enabled(if: PostgresServer.isAvailable, "no PostgreSQL here"), .timeLimit(.minutes(5)))
struct ConnectTests {
  @Test("a right password opens a session that knows its server")
  func rightPassword() async throws {
    let server = try await PostgresServer.shared()
    let connection = try await PostgresConnection.connect(server.parameters())
    #expect(connection.isOpen)
    #expect(connection.serverVersion >= 100_000)
    let result = try await connection.execute("SELECT pg_backend_pid() AS pid, NULL AS nothing")
    #expect(result.rows[0]["pid"] == "\(connection.backendProcessIdentifier)")
    #expect(result.rows[0][1] == nil)
    #expect(await connection.transactionStatus == .idle)
    await connection.close()
    #expect(!connection.isOpen)
    #expect(await connection.transactionStatus == .unknown)
  }

  @Test("a wrong password is an authentication failure that no retry heals")
  func wrongPassword() async throws {
    var parameters = try await PostgresServer.shared().parameters()
    parameters.password = Redacted("not-the-password")
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .authenticationFailed)
    #expect(error?.sqlState == .invalidPassword)
    #expect(error?.isTransient == false)
    #expect(error?.target == parameters.targetIdentity)
  }

  @Test("a missing password is an authentication failure, not a look into the home folder")
  func missingPassword() async throws {
    var parameters = try await PostgresServer.shared().parameters()
    parameters.password = nil
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .authenticationFailed)
    #expect(error?.isTransient == false)
  }

  @Test("an unknown database is refused for good")
  func unknownDatabase() async throws {
    let parameters = try await PostgresServer.shared().parameters(database: "nowhere")
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.sqlState == .invalidCatalogName)
    #expect(error?.isTransient == false)
  }

  @Test("an unknown host may become known")
  func unknownHost() async throws {
    let parameters = ConnectionParameters(host: "no-such-host.invalid", database: "d", user: "u")
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.isTransient == true)
    #expect(error?.message.contains("no-such-host.invalid") == true)
  }

  @Test("a refused port may open")
  func refusedPort() async throws {
    let parameters = ConnectionParameters(host: "127.0.0.1", port: 1, database: "d", user: "u")
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.isTransient == true)
  }

  @Test("a socket that never answers ends the attempt at the timeout")
  func silentServer() async throws {
    let silent = SilentListener()
    var parameters = ConnectionParameters(host: "127.0.0.1", port: silent.port, database: "d", user: "u")
    parameters.connectTimeout = .milliseconds(300)
    let clock = ContinuousClock()
    let start = clock.now
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .timedOut)
    #expect(error?.isTransient == true)
    #expect(clock.now - start < .seconds(60))
  }

  @Test("cancelling the task ends the attempt")
  func cancelledAttempt() async throws {
    let silent = SilentListener()
    let parameters = ConnectionParameters(host: "127.0.0.1", port: silent.port, database: "d", user: "u")
    let attempt = Task { try await PostgresConnection.connect(parameters) }
    await silent.accepted()
    attempt.cancel()
    let error = await #expect(throws: PostgresError.self) { try await attempt.value }
    #expect(error?.code == .cancelled)
  }

  @Test("a name with several addresses is tried until one answers")
  func severalAddresses() async throws {
    var parameters = try await PostgresServer.shared().parameters()
    parameters.host = "localhost"
    let connection = try await PostgresConnection.connect(parameters)
    await connection.close()
  }

  @Test("a host that is a folder is a Unix socket, which may come to be")
  func unixSocket() async throws {
    let server = try await PostgresServer.shared()
    var parameters = server.parameters()
    parameters.host = server.directory
    try await PostgresConnection.connect(parameters).close()
    parameters.host = "/nonexistent"
    let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
    #expect(error?.code == .connectionFailed)
    #expect(error?.isTransient == true)
  }
}
