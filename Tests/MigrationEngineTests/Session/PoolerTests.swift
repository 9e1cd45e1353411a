import MigrationCore
import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@Suite("Poolers", .enabled(if: PgBouncer.unavailableReason == nil, "\(PgBouncer.unavailableReason ?? "")"))
struct PoolerTests {
  @Test(
    "PgBouncer that shares server sessions is refused, with the reason",
    arguments: [
      ("transaction", []), ("statement", []), ("transaction", ["server_round_robin = 1"]),
      ("transaction", ["default_pool_size = 1"]),
    ])
  func shared(mode: String, settings: [String]) async throws {
    try await PgBouncer.run(mode: mode, settings: settings) { parameters in
      let error = await #expect(throws: EngineError.self) {
        _ = try await MigrationSession.open(parameters, logger: .silent)
      }
      #expect(error?.code == .pooled)
      #expect(error?.isTransient == false)
      #expect(error?.message.contains("PgBouncer in the mode transaction or statement") == true)
    }
  }

  @Test("PgBouncer in the mode session is as good as the server itself", arguments: [[], ["default_pool_size = 1"]])
  func session(settings: [String]) async throws {
    try await PgBouncer.run(mode: "session", settings: settings) { parameters in
      let session = try await MigrationSession.open(parameters, logger: .silent)
      let snapshot = try await session.readHistory(.with { $0.schemas = ["nowhere"] })
      #expect(snapshot.missingSchemas == ["nowhere"])
      await session.close()
    }
  }
}
