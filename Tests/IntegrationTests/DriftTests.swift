import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("Drift", .statesCitus, .onRealParts)
struct DriftTests {
  private static let files = [
    "V1__bets.sql": """
    CREATE TABLE bets (tenant_id bigint PRIMARY KEY, note text DEFAULT 'none');
    CREATE INDEX bets_note ON bets (note);
    """
  ]

  private static let every = "drift: {interval: 1s, onDrift: Report, ignore: ['index/public.tmp_*']}"

  private func driftFree(
    _ world: World, _ status: String, _ reason: String, _ more: (Migration) -> Bool = { _ in true }
  ) async throws -> Migration {
    try await world.wait(for: "DriftFree=\(status), reason \(reason)") {
      $0.condition("DriftFree")?.status == status && $0.condition("DriftFree")?.reason == reason && more($0)
    }
  }

  @Test(
    "planted changes are named in status, condition, Event and metric, ignored ones are not, corrected ones are gone")
  func report() async throws {
    try await World.withController(workers: 0, OperationsEndpoint.arguments) { world, controller in
      let endpoint = try await OperationsEndpoint(controller)
      let series = "whimbrel_migration_drift{namespace=\"\(world.namespace)\",name=\"app\"}"
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.more += [Self.every, "interval: 1s"] }
      try await world.waitUntilReady()
      let clean = try await driftFree(world, "True", "NoDrift")
      #expect(clean.status?.drift?.baseline?.digest.count == 64 && clean.status?.drift?.count == 0)
      #expect(clean.status?.drift?.baseline?.run == clean.status?.lastRun?.id)
      #expect(try await endpoint.samples()[series] == 0)

      try await world.database.run(
        """
        ALTER TABLE bets ALTER COLUMN note TYPE varchar(20), ALTER COLUMN note SET DEFAULT 'hunter2';
        CREATE INDEX tmp_mine ON bets (note); UPDATE flyway_schema_history SET checksum = 5
        """)
      // The checksum does not fit its file any more either: that stalls the resource by itself.
      let both = try await world.wait(forReason: "ChecksumMismatch")
      #expect(both.condition("DriftFree")?.reason == "DriftDetected")
      #expect(both.status?.drift?.objects.map(\.kind) == ["script"])
      try await world.database.run("UPDATE flyway_schema_history SET checksum = \(Self.checksum(clean))")
      let found = try await driftFree(world, "False", "DriftDetected") { $0.ready?.status == "True" }
      #expect(found.status?.drift?.objects.map(\.name) == ["public.bets.note"])
      let object = try #require(found.status?.drift?.objects.first)
      #expect(object.kind == "column" && object.change == "Changed")
      #expect(object.expected?.hasSuffix(", type text") == true)
      #expect(object.actual?.hasSuffix(", type character varying(20)") == true)
      #expect(
        found.condition("DriftFree")?.message.hasPrefix("1 object differs: column public.bets.note changed: ") == true)
      #expect(try await endpoint.samples()[series] == 1)
      let events = try await world.waitForEvents("DriftDetected")
      #expect(events.allSatisfy { $0.type == "Warning" && $0.action == "Compare" })

      try await world.database.run(
        "ALTER TABLE bets ALTER COLUMN note TYPE text, ALTER COLUMN note SET DEFAULT 'none'")
      let corrected = try await driftFree(world, "True", "NoDrift")
      #expect(corrected.status?.drift?.objects.isEmpty == true)
      #expect(try await endpoint.samples()[series] == 0)
      _ = try await world.waitForEvents("NoDrift")
      let shown = try await world.kubectl("get", "events.events.k8s.io,cmig", "-o", "yaml")
      #expect(!shown.contains("hunter2") && !controller.output.contains("hunter2"))
    }
  }

  private static func checksum(_ migration: Migration) -> String {
    migration.status?.history?.first?.checksum.map { "\($0)" } ?? "NULL"
  }

  private struct Change: Decodable {
    let object: Migration
  }

  @Test("a new resource with nothing to apply is reported Ready first, and then compared")
  func readyFirst() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Self.files)
      try await world.applyMigration()
      let before = try await world.waitUntilReady().metadata.resourceVersion
      try await world.applyMigration {
        $0.name = "second"
        $0.more.append("drift: {interval: 1h}")
      }
      try await world.wait(for: "DriftFree=True", "second") { $0.condition("DriftFree")?.status == "True" }
      // All that the API server was told since.
      let told = try await world.kubectl(
        "get", "--raw",
        "/apis/whimbrel.dev/v1alpha1/namespaces/\(world.namespace)/citusmigrations?watch=1&timeoutSeconds=1"
          + "&fieldSelector=metadata.name%3Dsecond&resourceVersion=\(before)")
      let states = try told.split(separator: "\n").map {
        try JSONDecoder().decode(Change.self, from: Data($0.utf8)).object
      }
      let ready = try #require(states.first { $0.ready?.status == "True" })
      #expect(ready.condition("DriftFree") == nil)
    }
  }

  @Test(
    "with Fail it stalls the resource; a run does not wash it away, and a restart does not lose it; accepting ends it")
  func fail() async throws {
    try await World.with(workers: 0) { world in
      var files = Self.files
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more.append("drift: {interval: 1s, onDrift: Fail}") }
      _ = try await world.runController { _ in
        try await world.waitUntilReady()
        try await world.database.run("ALTER TABLE bets ADD COLUMN extra integer")
        let stalled = try await world.wait(forReason: "DriftDetected")
        #expect(stalled.stalled?.status == "True" && stalled.status?.summary == "Drift detected")
        #expect(stalled.ready?.message.contains("column public.bets.extra is there and should not be") == true)
      }
      // Nobody looks meanwhile.
      files["V2__more.sql"] = "CREATE TABLE more (id int);"
      try await world.applyFiles(files)
      _ = try await world.runController { _ in
        let after = try await world.wait(for: "V2 is applied and the drift still there") {
          $0.status?.currentVersion == "2" && $0.ready?.reason == "DriftDetected"
        }
        #expect(after.status?.drift?.objects.map(\.name) == ["public.bets.extra"])
        #expect(after.status?.lastRun?.outcome == "Succeeded")
        try await world.annotate("accept-drift", "it was meant")
        let accepted = try await world.waitUntilReady()
        #expect(accepted.status?.drift?.lastHandledAcceptAt == "it was meant")
        _ = try await driftFree(world, "True", "NoDrift")
      }
    }
  }

  @Test("a baseline that was edited in the database is found; a database that others made gets one at the first look")
  func baseline() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Self.files)
      try await world.applyMigration()
      let ready = try await world.waitUntilReady()
      #expect(ready.condition("DriftFree") == nil && ready.status?.drift == nil, "nothing is compared unless asked for")
      try await world.applyMigration { $0.more.append("drift: {interval: 1h}") }
      let first = try await driftFree(world, "True", "BaselineTaken")
      #expect(first.condition("DriftFree")?.message.hasPrefix("there was no baseline: ") == true)
      // Not due for an hour, unless somebody asks.
      try await world.database.run("ALTER TABLE bets ADD COLUMN extra integer")
      try await world.database.run(
        "COMMENT ON CONSTRAINT flyway_schema_history_pk ON flyway_schema_history IS 'whimbrel-drift'")
      try await world.annotate("reconcile-at", "1")
      let altered = try await driftFree(world, "False", "DriftDetected")
      #expect(altered.status?.drift?.objects.map(\.kind) == ["baseline"])
      try await world.annotate("accept-drift", "1")
      _ = try await driftFree(world, "True", "BaselineTaken")
      try await world.applyMigration { $0.more.append("drift: {onDrift: 'Off'}") }
      try await world.wait(for: "no condition any more") { $0.condition("DriftFree") == nil }
    }
  }

  @Test("a repair by annotation is no drift")
  func repair() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.more.append("drift: {interval: 1s}") }
      try await world.waitUntilReady()
      _ = try await driftFree(world, "True", "NoDrift")
      try await world.applyFiles(["V1__bets.sql": "-- A comment.\n" + (Self.files["V1__bets.sql"] ?? "")])
      let changed = try await world.wait(forReason: "ChecksumMismatch")
      #expect(changed.status?.drift?.objects.map(\.kind) == ["script"])
      try await world.annotate("repair", "now")
      try await world.waitUntilReady()
      _ = try await driftFree(world, "True", "NoDrift")
    }
  }

  @Test("a column that was added on one shard alone is found and placed")
  func shard() async throws {
    try await World.withController { world, _ in
      try await world.applyFiles([
        "V1__bets.sql": """
        CREATE TABLE bets (tenant_id bigint PRIMARY KEY);
        SELECT create_distributed_table('bets', 'tenant_id', shard_count := 4);
        """
      ])
      try await world.applyMigration { $0.more.append("drift: {interval: 1s}") }
      try await world.waitUntilReady()
      _ = try await driftFree(world, "True", "NoDrift")
      let port = world.cluster.port(of: .worker1)
      let number =
        try await world.database.value(
          "SELECT min(shardid) FROM pg_dist_shard_placement WHERE nodeport = \(port)") ?? ""
      let worker = try await world.database.connect(on: .worker1)
      for sql in world.cluster.kind == .real
        ? ["SET citus.enable_manual_changes_to_shards = on", "SET citus.enable_ddl_propagation = off"]
        : ["SET application_name = 'citus_internal gpid=0'"]
      { _ = try await worker.execute(sql) }
      _ = try await worker.execute("ALTER TABLE bets_\(number) ADD COLUMN stray integer")
      let found = try await driftFree(world, "False", "DriftDetected")
      let object = try #require(found.status?.drift?.objects.first)
      #expect(object.kind == "column" && object.name == "public.bets.stray" && object.change == "Unexpected")
      #expect(object.node == "127.0.0.1:\(port) shard \(number)" && found.status?.drift?.count == 1)
      _ = try await worker.execute("ALTER TABLE bets_\(number) DROP COLUMN stray")
      await worker.close()
      _ = try await driftFree(world, "True", "NoDrift")
    }
  }
}
