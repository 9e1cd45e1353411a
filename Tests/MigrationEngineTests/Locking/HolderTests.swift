import MigrationCore
import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@Suite(
  "Left-overs that hold the lock", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct HolderTests {
  private static let name = "whimbrel/1234abcd/apps/betting"
  private static let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")

  private func holder(_ database: CitusDatabase, name: String = name) async throws -> PostgresConnection {
    let holder = try await PostgresConnection.connect(database.parameters(applicationName: name))
    _ = try await holder.execute("SELECT pg_advisory_lock(\(Self.key))")
    return holder
  }

  @Test("one that may be ended is ended, and that is told; the run goes on")
  func ended() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let holder = try await holder(database)
      let events = Events()
      let summary = try await database.migrate(["V1__a.sql": "CREATE TABLE a (x int)"], settings: .tests) { request in
        request.report = events.take
        request.sleep = { _ in }
        request.mayEnd = { $0.application?.hasPrefix("whimbrel/1234abcd/") == true }
      }
      #expect(summary.applied == 1)
      #expect(events.all.first == "ending \(Self.name)", "\(events.all)")
      #expect(events.events.contains { if case .locked = $0 { true } else { false } })
      await #expect(throws: PostgresError.self) { try await holder.execute("SELECT 1") }
      await holder.close()
    }
  }

  @Test("one that ends by itself within two seconds is not ended")
  func endsByItself() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let holder = try await holder(database)
      let events = Events()
      let summary = try await database.migrate(["V1__a.sql": "CREATE TABLE a (x int)"], settings: .tests) { request in
        request.report = events.take
        request.sleep = { _ in _ = try await holder.execute("SELECT pg_advisory_unlock_all()") }
        request.mayEnd = { _ in true }
      }
      #expect(summary.applied == 1)
      #expect(!events.all.contains { $0.hasPrefix("ending") })
      _ = try await holder.execute("SELECT 1")
      await holder.close()
    }
  }

  @Test("anybody else's session stays, and the run is refused")
  func stays() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let holder = try await holder(database, name: "whimbrel/another")
      let error = try await database.failure(["V1__a.sql": "SELECT 1"], settings: .tests) { request in
        request.sleep = { _ in }
        request.mayEnd = { $0.application?.hasPrefix("whimbrel/1234abcd/") == true }
      }
      #expect(error.code == .databaseLocked && error.isTransient)
      #expect(error.message.contains("whimbrel/another"))
      _ = try await holder.execute("SELECT 1")
      await holder.close()
    }
  }

  @Test("a role that may not end it says whom, and what would let it")
  func forbidden() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let role = "poor_\(database.name)"
      try await database.run("CREATE ROLE \(role) LOGIN PASSWORD 'x'; GRANT CREATE ON SCHEMA public TO \(role)")
      let holder = try await holder(database)
      var parameters = database.parameters()
      parameters.user = role
      parameters.password = Redacted("x")
      let session = try await MigrationSession.open(parameters, logger: .silent)
      var request = database.request(["V1__a.sql": "SELECT 1"])
      request.sleep = { _ in }
      request.mayEnd = { _ in true }
      let error = await #expect(throws: EngineError.self) { try await session.run(request) }
      #expect(error?.code == .databaseLocked)
      #expect(error?.message.contains("pg_signal_backend") == true, "\(error?.message ?? "")")
      await session.close()
      _ = try await holder.execute("SELECT 1")
      await holder.close()
      try await database.run("DROP OWNED BY \(role); DROP ROLE \(role)")
    }
  }
}
