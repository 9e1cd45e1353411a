import Postgres
import TestSupport
import Testing

@Suite("A run that is cancelled by annotation", .statesCitus, .onRealParts)
struct CancelTests {
  private static let tables = """
    CREATE TABLE bets (tenant_id bigint PRIMARY KEY, note text);
    SELECT create_distributed_table('bets', 'tenant_id');
    INSERT INTO bets SELECT n FROM generate_series(1, 100) n;
    """
  // Sleeps in every shard, so in sessions of the workers where Citus is real.
  private static let long = "CREATE TABLE half (id int);\nSELECT tenant_id, pg_sleep(600) FROM bets;"
  private static let sleeping = """
    SELECT count(*) > 0 FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid() AND state = 'active'
    """

  @Test("ends at once, on the workers too, is rolled back, and nothing is applied until something changes")
  func long() async throws {
    let isReal = try await CitusCluster.isReal()
    try await World.withController { world, _ in
      var files = [
        "V1__bets.sql": Self.tables, "V2__long.sql": Self.long, "V3__three.sql": "CREATE TABLE three (id int);",
      ]
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more.append("interval: 1s") }
      try await world.database.wait(until: Self.sleeping)
      // Only real Citus sends the statement to the workers; the stand-in runs it on the coordinator.
      if isReal { try await world.database.wait(until: Self.sleeping, on: .worker1) }
      let running = try await world.wait(for: "the run has an id") { $0.status?.lastRun?.steps?.count == 3 }
      let id = try #require(running.status?.lastRun?.id)

      try await world.annotate("cancel", "another-run")
      try await world.annotate("cancel", id)
      let cancelled = try await world.wait(forReason: "Cancelled")
      #expect(cancelled.stalled?.status == "True" && cancelled.stalled?.message.contains(id) == true)
      #expect(cancelled.status?.lastRun?.outcome == "Cancelled" && cancelled.status?.lastRun?.id == id)
      #expect(cancelled.status?.lastRun?.steps?.map(\.state) == ["Applied", "Pending", "Pending"])
      #expect(cancelled.status?.cancellation?.run == id)
      #expect(try await world.column("STATUS") == "Cancelled")
      for part in CitusCluster.Part.allCases {
        #expect(try await world.database.value(Self.sleeping, on: part) == "f", "\(part)")
      }
      #expect(try await !world.exists("half"))
      #expect(try await world.leases().allSatisfy { !$0.name.contains("test") || $0.holder.isEmpty })

      // Held back through further looks, and by a controller that knows only the status.
      try await world.annotate("cancel", "yet-another")
      try await Task.sleep(for: .seconds(3))
      #expect(try await world.migration().status?.lastRun?.id == id)

      files["V2__long.sql"] = "CREATE TABLE half (id int);"
      try await world.applyFiles(files)
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.cancellation == nil && ready.status?.lastRun?.id != id)
      #expect(try await world.exists("half"))
    }
  }

  @Test("an id of an earlier run cancels nothing, and a look that is asked for lets it go on")
  func goesOn() async throws {
    try await World.with(workers: 0) { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(2, extra: [2: gate.passing(2)]))
      _ = try await world.runController { _ in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        let running = try await world.wait(for: "the run has an id") { $0.status?.lastRun?.steps?.count == 2 }
        let first = try #require(running.status?.lastRun?.id)
        try await world.annotate("cancel", "an-earlier-one")
        try await world.annotate("cancel", first)
        try await world.wait(forReason: "Cancelled")
      }
      // The next controller finds the hold in the status alone.
      _ = try await world.runController { controller in
        try await controller.waitForOutput("Cancelled")
        #expect(try await world.migration().ready?.reason == "Cancelled")
        #expect(try await Trace.versions(world) == Trace.once(1))
        try await world.annotate("reconcile-at", "now")
        try await gate.waitUntilReached(2)
        try await gate.open(2)
        // The annotation with the id of the first run is still there.
        try await world.waitUntilReady()
        #expect(try await Trace.versions(world) == Trace.once(2))
      }
      await gate.end()
    }
  }

  @Test("in the middle of a migration outside a transaction goes on later at its statement, and repeats no other")
  func outsideTransaction() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);",
        "V2__index.sql": "INSERT INTO one VALUES (7);\nCREATE INDEX CONCURRENTLY one_id ON one (id);",
      ])
      // Whoever writes to the table holds the index up.
      let writer = try await world.database.connect()
      try await world.applyMigration { $0.more.append("flyway: {mixed: true, target: \"1\"}") }
      try await world.waitUntilReady()
      _ = try await writer.execute("BEGIN; INSERT INTO one VALUES (1)")
      try await world.applyMigration { $0.more.append("flyway: {mixed: true}") }
      try await world.database.wait(
        until: "SELECT count(*) > 0 FROM pg_index WHERE indexrelid = to_regclass('one_id') AND NOT indisvalid")
      let running = try await world.wait(for: "the run has an id") { $0.status?.lastRun?.outcome == "Running" }
      try await world.annotate("cancel", try #require(running.status?.lastRun?.id))
      try await world.wait(forReason: "Cancelled")
      _ = try await writer.execute("ROLLBACK")
      await writer.close()

      try await world.annotate("reconcile-at", "now")
      try await world.waitUntilReady()
      #expect(try await world.database.value("SELECT string_agg(id::text, ',') FROM one") == "7")
      let isValid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'one_id'::regclass"
      #expect(try await world.database.value(isValid) == "t")
      let resumed = try await world.waitForEvents("RunResumed")
      #expect(resumed.first?.note?.contains("1 statement was done") == true)
      try await world.waitForEvents("IndexRebuilt")
      try await world.waitForEvents("Cancelled")
    }
  }
}
