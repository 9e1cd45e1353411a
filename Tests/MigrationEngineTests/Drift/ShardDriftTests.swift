import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite(
  "Drift of shards", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"),
  .timeLimit(.minutes(10)))
struct ShardDriftTests {
  /// A shard of a table on the first worker.
  private func shard(_ database: CitusDatabase, of table: String = "bets") async throws -> (name: String, place: String)
  {
    let port = database.cluster.port(of: .worker1)
    let number = try #require(
      try await database.value(
        """
        SELECT min(shardid) FROM pg_dist_shard_placement JOIN pg_dist_shard USING (shardid)
        WHERE logicalrelid = '\(table)'::regclass AND nodeport = \(port)
        """))
    return ("\(table)_\(number)", "127.0.0.1:\(port) shard \(number)")
  }

  private func onShard(_ sql: String, _ database: CitusDatabase) async throws {
    let setting =
      database.cluster.kind == .real
      ? "SET citus.enable_manual_changes_to_shards = on; SET citus.enable_ddl_propagation = off; "
        + "SET citus.override_table_visibility = off"
      : "SET application_name = 'citus_internal gpid=0'"
    let connection = try await database.connect(on: .worker1)
    for part in setting.split(separator: ";") { _ = try await connection.execute(String(part)) }
    _ = try await connection.execute(sql)
    await connection.close()
  }

  private func lines(_ database: CitusDatabase) async throws -> [String] {
    let findings = try await database.compareShards()
    #expect(findings.unanswered.isEmpty)
    return findings.differences.map(\.text)
  }

  @Test("a clean cluster has none, reference tables and long names included")
  func clean() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await DriftDatabase.make(database)
      let findings = try await database.compareShards()
      #expect(findings.differences.map(\.text) == [])
      #expect(findings.unanswered == [])
      let placements = try await database.value("SELECT count(*) FROM pg_dist_placement")
      #expect("\(findings.placements)" == placements)
    }
  }

  @Test("each change on one shard alone is found, named and placed, and gone when it is taken back")
  func oneShard() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await DriftDatabase.make(database)
      let (name, place) = try await shard(database)
      let number = name.dropFirst("bets_".count)
      let planted: [(change: String, undo: String, found: String)] = [
        (
          "ALTER TABLE \(name) ADD COLUMN extra integer", "ALTER TABLE \(name) DROP COLUMN extra",
          "column public.bets.extra on \(place) is there and should not be"
        ),
        (
          "ALTER TABLE \(name) ALTER COLUMN placed_at TYPE timestamp(3) with time zone",
          "ALTER TABLE \(name) ALTER COLUMN placed_at TYPE timestamptz",
          "column public.bets.placed_at on \(place) changed: timestamp with time zone expected, "
            + "timestamp(3) with time zone found"
        ),
        (
          "DROP INDEX bets_placed_\(number)", "CREATE INDEX bets_placed_\(number) ON \(name) (tenant_id, placed_at)",
          "index public.bets_placed on \(place) is missing"
        ),
        (
          "CREATE INDEX quick ON \(name) (note)", "DROP INDEX quick",
          "index public.quick on \(place) is there and should not be"
        ),
        (
          "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'bets_open_\(number)'::regclass",
          "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'bets_open_\(number)'::regclass",
          "index public.bets_open on \(place) changed: "
        ),
        (
          "ALTER TABLE \(name) ADD CONSTRAINT one CHECK (bet_id > 0)", "ALTER TABLE \(name) DROP CONSTRAINT one",
          "constraint public.bets.one on \(place) is there and should not be"
        ),
        (
          "ALTER TABLE \(name) DISABLE ROW LEVEL SECURITY", "ALTER TABLE \(name) ENABLE ROW LEVEL SECURITY",
          "table public.bets on \(place) changed: row security on expected, row security off found"
        ),
        (
          "ALTER POLICY tenant ON \(name) USING (true)",
          "ALTER POLICY tenant ON \(name) USING (tenant_id = 1 OR note IN ('a', 'b'))",
          "policy public.bets.tenant on \(place) changed: "
        ),
      ]
      for item in planted {
        try await onShard(item.change, database)
        let found = try await lines(database)
        #expect(found.count == 1, "\(item.change): \(found)")
        #expect(found.first?.hasPrefix(item.found) == true, "\(item.change): \(found)")
        try await onShard(item.undo, database)
        let left = try await lines(database)
        #expect(left.isEmpty, "\(item.undo): \(left)")
      }
    }
  }

  @Test("a shard whose table is gone is found")
  func gone() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await DriftDatabase.make(database)
      let (name, place) = try await shard(database, of: "spare")
      try await onShard("ALTER TABLE \(name) RENAME TO elsewhere", database)
      #expect(try await lines(database) == ["table public.spare on \(place) is missing"])
      try await onShard("ALTER TABLE elsewhere RENAME TO \(name)", database)
      #expect(try await lines(database).isEmpty)
    }
  }

  @Test("what was done to the coordinator's table alone shows on all shards, once")
  func coordinatorOnly() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await DriftDatabase.make(database)
      let connection = try await database.connect()
      _ = try await connection.execute(
        database.cluster.kind == .real
          ? "SET citus.enable_ddl_propagation = off" : "SET application_name = 'citus_internal gpid=0'")
      _ = try await connection.execute("DROP INDEX bets_placed")
      await connection.close()
      let found = try await lines(database)
      #expect(found.count == 1 && found.first?.hasSuffix(" and 3 more is there and should not be") == true, "\(found)")
      #expect(found.first?.hasPrefix("index public.bets_placed on 127.0.0.1:") == true)
    }
  }

  @Test(
    "a shard that was moved is like its table",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func moved() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await DriftDatabase.make(database)
      let before = try await database.fingerprint()
      let (from, to) = (database.cluster.port(of: .worker1), database.cluster.port(of: .worker2))
      try await database.run(
        """
        SELECT citus_move_shard_placement(shardid, '127.0.0.1', \(from), '127.0.0.1', \(to), 'block_writes')
        FROM pg_dist_shard_placement JOIN pg_dist_shard USING (shardid)
        WHERE logicalrelid = 'bets'::regclass AND nodeport = \(from) LIMIT 1
        """)
      #expect(try await lines(database) == [])
      #expect(try await database.drift(from: before) == [])
    }
  }

  @Test("a node that does not answer is told, and its shards are not taken for missing")
  func silentNode() async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.exclusively { database in
      try await DriftDatabase.make(database)
      let before = try await database.fingerprint()
      try await cluster.stop(.worker2)
      let findings = try await database.compareShards()
      #expect(findings.unanswered.count == 1)
      #expect(findings.unanswered.first?.hasPrefix("127.0.0.1:\(cluster.port(of: .worker2)): ") == true)
      #expect(findings.differences.isEmpty)
      #expect(try await database.drift(from: before).isEmpty)
      try await cluster.start(.worker2)
      let again = try await database.compareShards()
      #expect(again.unanswered.isEmpty && again.differences.isEmpty)
    }
  }
}
