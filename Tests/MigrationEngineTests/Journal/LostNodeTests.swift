import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite(
  "Servers lost in the middle of a migration",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct LostNodeTests {
  private static let table = """
    CREATE TABLE t (id int PRIMARY KEY, a int);
    SELECT create_distributed_table('t', 'id', shard_count := 4);
    INSERT INTO t SELECT n, n FROM generate_series(1, 20) n;
    """
  private static let waiting =
    "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

  // A lock on a shard of a worker, which keeps DDL there from ending.
  private func block(_ database: CitusDatabase) async throws -> PostgresConnection {
    let shard = try await database.value(
      "SELECT shardid FROM pg_dist_shard JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid) "
        + "WHERE logicalrelid = 't'::regclass AND nodeport = \(database.cluster.port(of: .worker1)) LIMIT 1")
    let blocker = try await database.connect(on: .worker1)
    for statement in ["SET citus.enable_manual_changes_to_shards = on", "BEGIN"] {
      _ = try await blocker.execute(statement)
    }
    _ = try await blocker.execute("LOCK TABLE t_\(shard ?? "") IN SHARE UPDATE EXCLUSIVE MODE")
    return blocker
  }

  private func goOn(_ database: CitusDatabase, _ files: Files) async throws -> [String] {
    let events = Events()
    _ = try await eventually("the cluster is well again") {
      try await database.migrate(files, settings: .tests) { $0.report = events.take }
    }
    return events.all
  }

  @Test("a worker that dies in an index outside a transaction: it passes, and the next run builds it on all shards")
  func workerInIndex() async throws {
    try await CitusCluster.shared().exclusively { database in
      let files: Files = [
        "V1__t.sql": Self.table, "V2__i.sql": "CREATE INDEX CONCURRENTLY t_a ON t (a)",
      ]
      try await database.migrate([files[0].key: files[0].value])
      let blocker = try await block(database)
      async let failed = database.failure(files)
      try await database.wait(until: Self.waiting, on: .worker1)
      try await database.cluster.kill(.worker1)
      await blocker.close()
      let error = try await failed
      #expect(error.isTransient, "\(error.code): \(error.message)")
      #expect(
        try await database.value("SELECT execution_time < 0 FROM flyway_schema_history WHERE version = '2'") == "t")
      try await database.cluster.start(.worker1)
      let events = try await goOn(database, files)
      #expect(events.contains("resuming V2__i.sql after 0"), "\(events)")
      #expect(try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass") == "t")
      let shards = try await database.value(
        """
        SELECT string_agg(DISTINCT result, ',') FROM run_command_on_shards('t', $$
          SELECT count(*) FILTER (WHERE indisvalid) FROM pg_index WHERE indrelid = '%s'::regclass $$)
        """)
      #expect(shards == "2")
    }
  }

  @Test("a worker that dies in distributed DDL: rolled back, it passes, and the next run applies it once")
  func workerInDDL() async throws {
    try await CitusCluster.shared().exclusively { database in
      let files: Files = [
        "V1__t.sql": Self.table, "V2__c.sql": "ALTER TABLE t ADD c int; CREATE TABLE ledger AS SELECT 1 AS n",
      ]
      try await database.migrate([files[0].key: files[0].value])
      let blocker = try await block(database)
      async let failed = database.failure(files) { $0.execution.lockTimeout = .zero }
      try await database.wait(until: Self.waiting, on: .worker1)
      try await database.cluster.kill(.worker1)
      await blocker.close()
      let error = try await failed
      #expect(error.isTransient, "\(error.code): \(error.message)")
      #expect(try await database.history() == ["1|V1__t.sql|t"])
      try await database.cluster.start(.worker1)
      _ = try await goOn(database, files)
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__c.sql|t"])
      #expect(try await database.value("SELECT count(*) FROM ledger") == "1")
    }
  }

  @Test("a coordinator that dies in a statement outside a transaction: the run goes on over a new connection")
  func coordinator() async throws {
    try await CitusCluster.shared().exclusively { database in
      let files: Files = [
        "V1__t.sql": Self.table,
        "V2__x.sql":
          "CREATE TABLE ledger (n int); INSERT INTO ledger VALUES (1); INSERT INTO ledger SELECT 2 FROM pg_sleep(3)",
        "V2__x.sql.conf": "executeInTransaction=false",
      ]
      try await database.migrate([files[0].key: files[0].value])
      let events = Events()
      async let summary = database.migrate(files, settings: .tests) { $0.report = events.take }
      try await database.wait(
        until: "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE 'INSERT%'")
      try await database.cluster.kill(.coordinator)
      try await database.cluster.start(.coordinator)
      #expect(try await summary.applied == 1)
      #expect(events.all.contains("settling V2__x.sql"))
      #expect(try await database.lines("SELECT n FROM ledger ORDER BY n") == ["1", "2"])
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__x.sql|t"])
    }
  }

  @Test("a coordinator that dies in an index: what workers still do for it is ended, and the index is built again")
  func coordinatorInIndex() async throws {
    try await CitusCluster.shared().exclusively { database in
      let files: Files = ["V1__t.sql": Self.table, "V2__i.sql": "CREATE INDEX CONCURRENTLY t_a ON t (a)"]
      try await database.migrate([files[0].key: files[0].value])
      let blocker = try await block(database)
      let events = Events()
      async let summary = database.migrate(files, settings: .tests) { $0.report = events.take }
      try await database.wait(until: Self.waiting, on: .worker1)
      let orphan = try #require(
        try await database.value(
          "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
          on: .worker1))
      try await database.cluster.kill(.coordinator)
      try await database.cluster.start(.coordinator)
      // It waits for the lock that we hold: by itself it would never end.
      try await database.wait(
        until: "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = \(orphan)", on: .worker1)
      _ = try await blocker.execute("COMMIT")
      await blocker.close()
      #expect(try await summary.applied == 1)
      let shards = try await database.value(
        """
        SELECT string_agg(DISTINCT result, ',') FROM run_command_on_shards('t', $$
          SELECT count(*) FILTER (WHERE indisvalid) FROM pg_index WHERE indrelid = '%s'::regclass $$)
        """)
      #expect(shards == "2")
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|t"])
    }
  }
}
