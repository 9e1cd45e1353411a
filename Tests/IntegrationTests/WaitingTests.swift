import MigrationCore
import Postgres
import Support
import TestSupport
import Testing

@Suite("Waiting for what heals by itself", .statesCitus, .onRealParts, .serialized)
struct WaitingTests {
  private static let files = ["V1__one.sql": "CREATE TABLE one (id int);"]

  /// Checks that a resource waits, says since when, counts on from there, and goes on by itself.
  private static func check(_ world: World, _ reasons: Set<String>, heal: () async throws -> Void) async throws {
    let waiting = try await world.wait(for: "waiting for one of \(reasons)") { migration in
      reasons.contains(migration.ready?.reason ?? "")
    }
    #expect(waiting.reconciling?.status == "True" && waiting.stalled == nil)
    let since = try #require(waiting.ready?.message.split(separator: "; waiting since ").last.map { String($0) })
    #expect(Timestamp(rfc3339: since) != nil, "\(waiting.ready?.message ?? "")")
    let looked = "look-\(since)"
    try await world.annotate("reconcile-at", looked)
    let later = try await world.wait(for: "another look") { $0.status?.lastHandledReconcileAt == looked }
    if later.ready?.reason == waiting.ready?.reason {
      #expect(later.ready?.message.hasSuffix("; waiting since \(since)") == true, "\(later.ready?.message ?? "")")
    }
    try await heal()
    try await world.waitUntilReady(timeout: 120)
  }

  @Test("a lock that Flyway holds")
  func lock() async throws {
    try await World.withController(workers: 0) { world, _ in
      let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")
      let flyway = try await world.database.connect()
      _ = try await flyway.execute("SELECT pg_advisory_lock(\(key))")
      try await world.applyFiles(Self.files)
      try await world.applyMigration()
      try await Self.check(world, ["DatabaseLocked"]) { await flyway.close() }
    }
  }

  @Test("a worker that is down")
  func worker() async throws {
    try await World.withControllerExclusively { world, _ in
      try await world.cluster.stop(.worker1)
      try await world.applyFiles(Self.files)
      try await world.applyMigration()
      try await Self.check(world, ["NodesUnreachable", "WaitingForWorkers"]) {
        try await world.cluster.start(.worker1)
      }
    }
  }

  @Test("a coordinator that is down")
  func coordinator() async throws {
    try await World.withControllerExclusively { world, _ in
      try await world.cluster.stop(.coordinator)
      try await world.applyFiles(Self.files)
      try await world.applyMigration()
      try await Self.check(world, ["DatabaseUnreachable"]) {
        try await world.cluster.start(.coordinator)
      }
    }
  }

  @Test("a worker that does not have the metadata")
  func metadata() async throws {
    try await World.withControllerExclusively { world, _ in
      // Real Citus sends the metadata again once a minute, which could be too soon to be seen.
      let database = world.database
      try await database.run("ALTER SYSTEM SET citus.metadata_sync_interval = '1h'")
      try await database.run("SELECT pg_reload_conf()")
      do {
        try await database.run("UPDATE pg_dist_node SET metadatasynced = false WHERE groupid = 1")
        try await world.applyFiles(Self.files)
        try await world.applyMigration()
        try await Self.check(world, ["MetadataNotSynced"]) {
          try await Self.resetInterval(database)
          // The stand-in has no daemon that would do it.
          guard world.cluster.kind == .standIn else { return }
          try await database.run("UPDATE pg_dist_node SET metadatasynced = true WHERE groupid = 1")
        }
      } catch {
        try await Self.resetInterval(database)
        throw error
      }
    }
  }

  private static func resetInterval(_ database: CitusDatabase) async throws {
    try await database.run("ALTER SYSTEM RESET citus.metadata_sync_interval")
    try await database.run("SELECT pg_reload_conf()")
  }

  @Test(
    "a shard that is being moved",
    .enabled(Comment(rawValue: CitusCluster.needsRealCitus)) { try await CitusCluster.isReal() })
  func shardMove() async throws {
    try await World.with { world in
      try await world.database.run(
        "CREATE TABLE bets (tenant_id bigint PRIMARY KEY); SELECT create_distributed_table('bets', 'tenant_id')")
      let mover = try await world.database.connect()
      let ports = [CitusCluster.Part.worker1, .worker2].map { world.cluster.port(of: $0) }
      _ = try await mover.execute("BEGIN")
      _ = try await mover.execute(
        """
        SELECT citus_move_shard_placement(shardid, nodename, nodeport, nodename, \(ports[1]), 'block_writes')
          FROM citus_shards WHERE table_name = 'bets'::regclass AND nodeport = \(ports[0]) LIMIT 1
        """)
      _ = try await world.runController { _ in
        try await world.applyFiles(Self.files)
        try await world.applyMigration { $0.more.append("flyway: {baselineOnMigrate: true, baselineVersion: \"0\"}") }
        try await Self.check(world, ["ShardMoveRunning"]) { _ = try await mover.execute("ROLLBACK") }
      }
      await mover.close()
    }
  }
}
