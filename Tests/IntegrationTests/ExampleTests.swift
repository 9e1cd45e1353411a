import Postgres
import TestSupport
import Testing

@Suite("The example's directory", .statesCitus, .onRealParts)
struct ExampleTests {
  @Test("is applied, distributed, and recorded as Flyway records it")
  func isApplied() async throws {
    try await World.withController { world, _ in
      let files = try Example.files()
      let order = Example.order(files)
      try await world.applyFiles(files)
      try await world.applyMigration()
      let migration = try await world.waitUntilReady(timeout: 120)

      let ready = try #require(migration.ready)
      let version = try #require(order.last { $0.hasPrefix("V") }.map { $0.dropFirst().prefix { $0 != "_" } })
      #expect(ready.reason == "Applied")
      #expect(ready.message == "\(order.count) migrations applied, current version \(version), none pending")
      #expect(migration.reconciling == nil && migration.stalled == nil)
      #expect(migration.condition("SourceReady")?.status == "True")
      #expect(migration.condition("ClusterReady")?.status == "True")
      #expect(migration.status?.observedGeneration == migration.metadata.generation)
      #expect(migration.status?.lastRun?.outcome == "Succeeded")
      #expect(migration.status?.lastRun?.steps?.map(\.script) == order)
      #expect(migration.status?.lastRun?.steps?.allSatisfy { $0.state == "Applied" } == true)
      #expect(migration.status?.cluster?.citusVersion == world.cluster.citusVersion)

      let user = world.database.parameters().user
      #expect(try await world.database.lines(FlywayRow.query) == FlywayRow.expected(order, files, user: user))
      let distributed = try await world.database.lines(
        "SELECT table_name::text FROM citus_tables WHERE citus_table_type = 'distributed' ORDER BY 1")
      #expect(
        distributed == [
          "bet_events", "bets", "bets_rollup", "payments", "tenants", "user_preferences", "users",
        ])
      let reference = try await world.database.lines(
        "SELECT table_name::text FROM citus_tables WHERE citus_table_type = 'reference' ORDER BY 1")
      #expect(reference == ["bet_statuses", "tenant_hosts"])
      let onWorkers = try await world.database.value(
        "SELECT count(DISTINCT nodeport) FROM citus_shards WHERE table_name = 'bets'::regclass")
      #expect(onWorkers == "2", "the shards lie on both workers")
      let isHistoryLocal = try await world.database.value(
        "SELECT count(*) FROM citus_tables WHERE table_name = 'flyway_schema_history'::regclass")
      #expect(isHistoryLocal == "0", "the history table stays a plain table")
    }
  }

  @Test("shows in the columns of kubectl get what the documentation promises")
  func showsInColumns() async throws {
    try await World.withController { world, _ in
      let files = try Example.files()
      let order = Example.order(files)
      try await world.applyFiles(files)
      try await world.applyMigration()
      try await world.waitUntilReady(timeout: 120)

      let header = try await world.kubectl("get", "cmig", "app").split(separator: "\n").first
      #expect(header?.split(separator: " ") == ["NAME", "READY", "STATUS", "VERSION", "PENDING", "AGE"])
      #expect(try await world.column("READY") == "True")
      #expect(try await world.column("STATUS") == "Applied")
      #expect(try await world.column("PENDING") == "0")
      #expect(try await world.column("WORKERS") == "2/2")
      let source = try await world.column("SOURCE")
      #expect(source?.hasPrefix("configmap/migrations@sha256:") == true)
      let version = order.last { $0.hasPrefix("V") }.map { String($0.dropFirst().prefix { $0 != "_" }) }
      #expect(try await world.column("VERSION") == version)
      let holder = try await world.column("HOLDER")
      #expect(holder?.isEmpty == false)
    }
  }

  @Test("shows its progress and holds the target's Lease while it runs, and frees the Lease afterwards")
  func showsProgress() async throws {
    try await World.withController { world, _ in
      // Each waits for a lock that the test holds, so each stage can be looked at for as long as that takes.
      let gate = Gate(world.database)
      try await gate.close(1, 2)
      try await world.applyFiles([
        "V1__one.sql": gate.passing(1), "V2__two.sql": gate.passing(2), "V3__three.sql": "SELECT 3;",
      ])
      try await world.applyMigration()
      let first = try await world.wait(for: "Applying 1/3") { $0.status?.summary == "Applying 1/3" }
      #expect(first.ready?.status == "False" && first.ready?.reason == "Applying")
      #expect(first.ready?.message == "applying migration 1 of 3")
      #expect(first.reconciling?.status == "True" && first.stalled == nil)
      #expect(first.status?.lastRun?.outcome == "Running")
      let leases = try await world.leases()
      #expect(leases.count == 1)
      #expect(leases.first?.holder == first.status?.lastRun?.holder)
      #expect(try await world.column("STATUS") == "Applying 1/3")

      try await gate.open(1)
      // The first is told to be applied a moment before the second is told to run.
      try await world.wait(for: "the second to run") {
        $0.status?.summary == "Applying 2/3"
          && $0.status?.lastRun?.steps?.map(\.state) == ["Applied", "Running", "Pending"]
      }

      try await gate.open(2)
      try await world.waitUntilReady()
      let after = try await world.leases()
      #expect(after.map(\.name) == leases.map(\.name))
      #expect(after.first?.holder == "", "the Lease has no holder after the run")
      await gate.end()
    }
  }
}
