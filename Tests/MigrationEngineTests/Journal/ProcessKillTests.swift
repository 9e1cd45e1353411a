import Postgres
import TestSupport
import Testing

@Suite("Processes killed with SIGKILL", .enabled(if: KilledBinary.missing == nil, "\(KilledBinary.missing ?? "")"))
struct ProcessKillTests {
  private static let alone = "executeInTransaction=false"
  private static let setUp = """
    CREATE TABLE ledger (what text);
    CREATE TABLE counter AS SELECT 0 AS n;
    CREATE TABLE t (id int PRIMARY KEY, a int);
    SELECT create_distributed_table('t', 'id', shard_count := 4);
    INSERT INTO t SELECT n, n FROM generate_series(1, 20) n;
    CREATE INDEX old ON t (a);
    """
  private static let script = """
    SET work_mem = '5MB';
    INSERT INTO ledger VALUES ('insert ' || current_setting('work_mem'));
    CREATE INDEX CONCURRENTLY t_a ON t (a);
    UPDATE counter SET n = n + 1;
    DROP INDEX CONCURRENTLY old;
    BEGIN;
    INSERT INTO ledger VALUES ('own');
    COMMIT;
    VACUUM t;
    ALTER TABLE t ADD b int;
    """

  /// What is there when each migration was applied exactly once.
  private func expectOnce(_ database: CitusDatabase, _ schema: String, _ comment: Comment) async throws {
    let found = try await database.lines(
      """
      SELECT string_agg(what, ',' ORDER BY what) FROM \(schema).ledger UNION ALL
      SELECT n::text FROM \(schema).counter UNION ALL
      SELECT string_agg(indexrelid::regclass || ' ' || indisvalid, ',' ORDER BY indexrelid) FROM pg_index
        WHERE indrelid = '\(schema).t'::regclass AND NOT indisprimary UNION ALL
      SELECT string_agg(version || ' ' || success || ' ' || (execution_time >= 0), ',' ORDER BY installed_rank)
        FROM \(schema).flyway_schema_history WHERE version IS NOT NULL
      """)
    #expect(
      found == ["insert 5MB,own,v3", "1", "\(schema).t_a true", "1 true true,2 true true,3 true true"], comment)
    let shards = try await database.value(
      """
      SELECT string_agg(DISTINCT result, ',') FROM run_command_on_shards('\(schema).t', $$
        SELECT count(*) || ' ' || count(*) FILTER (WHERE indisvalid) FROM pg_index WHERE indrelid = '%s'::regclass $$)
      """)
    #expect(shards == "2 2", comment)
  }

  private func kill(_ database: CitusDatabase, at number: Int, _ stop: MessageRelay.Stop) async throws -> Bool {
    let schema = "\(stop)_\(number)"
    let binary = try KilledBinary(
      database, schema: schema,
      [
        "V1__t.sql": Self.setUp, "V2__x.sql": Self.script, "V2__x.sql.conf": Self.alone,
        "V3__l.sql": "INSERT INTO ledger VALUES ('v3')",
      ])
    guard let query = try await binary.migrate(killedAt: number, stop, after: "'V2__x.sql'") else { return false }
    try await expectOnce(database, schema, "\(stop) \(number): \(query)")
    return true
  }

  @Test(
    "at every message to the server, before it arrives and before its answer does: all is applied exactly once",
    arguments: MessageRelay.Stop.allCases)
  func everyMessage(stop: MessageRelay.Stop) async throws {
    try await CitusCluster.shared().withDatabase { database in
      var kills = 0
      while try await kill(database, at: kills + 1, stop) { kills += 1 }
      print("killed with SIGKILL \(stop) each of \(kills) messages")
      #expect(kills >= 30)
      #expect(try await database.isLockFree())
    }
  }

  // Flyway 13.0.0 with its default lock: the rerun gets the lock at once and runs the statement beside the old one: exit
  // code 0, two rows of two sessions, and a history that says nothing of it.
  @Test("the INSERT outside a transaction that Flyway 13 runs twice after kill -9 is done once")
  func flywayRunsInsertTwice() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let binary = try KilledBinary(
        database, schema: "once",
        [
          "V1__loc.sql": "CREATE TABLE loc (pid int)",
          "V2__insert.sql": "INSERT INTO loc SELECT pg_backend_pid() FROM pg_sleep(3)",
          "V2__insert.sql.conf": Self.alone,
        ])
      let killed = try await binary.migrate { process in
        try await database.wait(
          until: """
            SELECT count(*) > 0 FROM pg_stat_activity
              WHERE datname = current_database() AND query LIKE 'INSERT INTO loc%' AND state = 'active'
            """)
        try process.kill()
      }
      #expect(killed.ending == .signalled(9))
      let again = try await binary.migrate()
      #expect(again.ending == .exited(0), "\(again.output)")
      #expect(try await database.value("SELECT count(*) FROM once.loc") == "1")
      let history = "SELECT version, success FROM once.flyway_schema_history WHERE version IS NOT NULL ORDER BY 1"
      #expect(try await database.lines(history) == ["1|t", "2|t"])
    }
  }

  @Test("killed inside an index on a distributed table, the next run builds it anew, on all shards")
  func insideIndex() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await killedAtAShard(database, "CREATE INDEX CONCURRENTLY t_a ON t (a)", lock: "SHARE UPDATE EXCLUSIVE")
      #expect(
        try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'built.t_a'::regclass") == "t")
      #expect(try await indexesOfShards(database) == ["3 valid, 0 invalid"])
    }
  }

  @Test(
    "killed inside the rebuilding of a distributed table's index, the next run drops what is half built, and rebuilds",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func insideRebuild() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await killedAtAShard(database, "REINDEX INDEX CONCURRENTLY old", lock: "ROW EXCLUSIVE") {
        let atKill = try await indexesOfShards(database)
        #expect(atKill == ["2 valid, 0 invalid", "2 valid, 1 invalid"])
      }
      #expect(try await indexesOfShards(database) == ["2 valid, 0 invalid"])
      #expect(try await database.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0")
    }
  }

  // A lock on one shard keeps the second migration from being finished: it is killed then, and run again.
  private func killedAtAShard(
    _ database: CitusDatabase, _ sql: String, lock: String, whenKilled: () async throws -> Void = {}
  ) async throws {
    let first = try KilledBinary(database, schema: "built", ["V1__t.sql": Self.setUp])
    #expect(try await first.migrate().ending == .exited(0))
    let shard = try await database.value(
      "SELECT shardid FROM pg_dist_shard JOIN pg_dist_placement USING (shardid) JOIN pg_dist_node USING (groupid) "
        + "WHERE logicalrelid = 'built.t'::regclass AND nodeport = \(database.cluster.port(of: .worker1)) LIMIT 1")
    let blocker = try await database.connect(on: .worker1)
    for statement in ["SET citus.enable_manual_changes_to_shards = on", "BEGIN"] {
      _ = try await blocker.execute(statement)
    }
    _ = try await blocker.execute("LOCK TABLE built.t_\(shard ?? "") IN \(lock) MODE")
    let second = try KilledBinary(database, schema: "built", ["V1__t.sql": Self.setUp, "V2__i.sql": sql])
    let waiting =
      "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    let killed = try await second.migrate { process in
      try await database.wait(until: waiting, on: .worker1)
      try process.kill()
    }
    #expect(killed.ending == .signalled(9))
    try await whenKilled()
    _ = try await blocker.execute("COMMIT")
    await blocker.close()
    let outcome = try await second.migrate()
    #expect(outcome.ending == .exited(0), "\(outcome.output)")
  }

  private func indexesOfShards(_ database: CitusDatabase) async throws -> [String] {
    try await database.lines(
      """
      SELECT DISTINCT result FROM run_command_on_shards('built.t', $$
        SELECT count(*) FILTER (WHERE indisvalid) || ' valid, ' || count(*) FILTER (WHERE NOT indisvalid) || ' invalid'
        FROM pg_index WHERE indrelid = '%s'::regclass $$) ORDER BY 1
      """)
  }

  @Test("killed inside a procedure that commits, it asks, and each of its answers lets the next run end")
  func insideProcedure() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let binary = try KilledBinary(
        database, schema: "asks",
        [
          "V1__p.sql": """
          CREATE TABLE ledger (what int);
          CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO ledger VALUES (1); COMMIT; PERFORM pg_sleep(2); INSERT INTO ledger VALUES (2);
          END $$
          """, "V2__call.sql": "CALL fill()", "V2__call.sql.conf": Self.alone,
        ])
      _ = try await binary.migrate { process in
        try await database.wait(
          until: """
            SELECT count(*) > 0 FROM pg_stat_activity
              WHERE datname = current_database() AND query = 'CALL fill()' AND wait_event = 'PgSleep'
            """)
        try process.kill()
      }
      let asked = try await binary.migrate()
      #expect(asked.ending != .exited(0))
      #expect(asked.output.contains("statement 1 of 1 (CALL) was under way"), "\(asked.output)")
      #expect(asked.output.contains("SET execution_time = -3 WHERE installed_rank = 2"), "\(asked.output)")
      // The old session has gone on to its next message to the client, or to its end.
      let before = try await database.value("SELECT count(*) FROM asks.ledger")
      try await database.run(
        "UPDATE asks.flyway_schema_history SET execution_time = -3 WHERE installed_rank = 2 AND NOT success")
      #expect(try await binary.migrate().ending == .exited(0))
      #expect(try await database.value("SELECT count(*) FROM asks.ledger") == before)
    }
  }
}
