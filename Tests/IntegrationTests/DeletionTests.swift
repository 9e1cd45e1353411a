import TestSupport
import Testing

@Suite("A resource that is deleted", .statesCitus, .onRealParts)
struct DeletionTests {
  @Test("while it runs: the statement is cancelled, nothing is half applied, the Lease is free")
  func whileItRuns() async throws {
    try await World.withController { world, controller in
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);",
        "V2__two.sql": "CREATE TABLE two (id int);\nSELECT pg_sleep(600);\nCREATE TABLE never (id int);",
      ])
      try await world.applyMigration()
      let isSleeping = """
        SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND state = 'active'
          AND query LIKE 'SELECT pg_sleep(600)%' AND application_name LIKE 'whimbrel/%'
        """
      try await world.database.wait(until: isSleeping)
      #expect(try await world.leases().first?.holder.isEmpty == false)
      try await world.kubectl("delete", "cmig", "app", "--timeout=30s")
      try await world.database.wait(until: "SELECT NOT (\(isSleeping))")
      _ = try await eventually("the Lease is free") { try await world.leases().first?.holder == "" ? true : nil }
      #expect(try await !world.exists("two"))
      #expect(try await world.appliedScripts() == ["V1__one.sql"])
      let rows = try await world.database.value("SELECT count(*) FROM flyway_schema_history")
      #expect(rows == "1")

      // The controller is well, and the same name can be used again.
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
      ])
      try await world.applyMigration()
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])
      #expect(!controller.hasEnded)
    }
  }
}
