import MigrationCore
import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@Suite("Backfills", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct BackfillRunTests {
  private static func directive(
    _ table: String, set: String = "n = n + 1, done = true", batch: Int = 10, more: String = ""
  ) -> String {
    #"-- whimbrel: backfill table=\#(table) set="\#(set)" where="NOT done" batch=\#(batch) \#(more)"#
  }

  private static let once = "SELECT count(*) = sum(n) AND bool_and(done) AND max(n) = 1 FROM"

  @Test("each batch is a transaction of its own, and each row is changed once")
  func batches() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let events = Events()
      let pauses = Guarded<[Duration]>([])
      let summary = try await database.migrate([
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
        INSERT INTO t SELECT g FROM generate_series(1, 95) g; ANALYZE t
        """, "V2__b.sql": Self.directive("T", more: "pause=3s"),
      ]) { request in
        request.report = events.take
        request.sleep = { delay in pauses.withLock { $0.append(delay) } }
      }
      #expect(summary.applied == 2)
      #expect(try await database.value("\(Self.once) t") == "t")
      #expect(try await database.value("SELECT count(DISTINCT xmin::text) FROM t") == "10")
      #expect(pauses.withLock { $0 } == Array(repeating: .seconds(3), count: 9))
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__b.sql|t"])
      let progress = events.events.compactMap { if case .backfill(_, let progress) = $0 { progress } else { nil } }
      #expect(progress.last?.rows == 95 && progress.last?.isFinished == true && progress.last?.estimated == 95)
      #expect(progress.last?.table == "t" && progress.first?.position == "pass 1")
    }
  }

  /// Tables of all kinds, each with 60 rows to change; `isReal` where only real Citus has such.
  private static let kinds: [(sql: String, isReal: Bool)] = [
    ("CREATE TABLE t (id int, n int DEFAULT 0, done boolean DEFAULT false); ", false),
    ("CREATE TABLE t (id int UNIQUE NOT NULL, n int DEFAULT 0, done boolean DEFAULT false); ", false),
    ("CREATE TABLE t (id text PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false); ", false),
    (
      """
      CREATE TABLE t (id int, n int DEFAULT 0, done boolean DEFAULT false) PARTITION BY RANGE (id);
      CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (30); CREATE TABLE t2 PARTITION OF t DEFAULT;
      """, false
    ),
    (
      """
      CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false) PARTITION BY RANGE (id);
      CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (30); CREATE TABLE t2 PARTITION OF t DEFAULT;
      """, false
    ),
    (
      """
      CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
      SELECT create_reference_table('t');
      """, false
    ),
    (
      """
      CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
      SELECT create_distributed_table('t', 'id', shard_count := 4);
      """, false
    ),
    (
      """
      CREATE TABLE t (tenant int DEFAULT 7, id int, n int DEFAULT 0, done boolean DEFAULT false, PRIMARY KEY (tenant, id));
      SELECT create_distributed_table('t', 'tenant', shard_count := 4);
      """, false
    ),
    (
      """
      CREATE TABLE t (id int, n int DEFAULT 0, done boolean DEFAULT false);
      SELECT create_distributed_table('t', 'id', shard_count := 4);
      """, false
    ),
    (
      """
      CREATE TABLE t ("rows" text DEFAULT 'it''s \\ "one"', id int, n int DEFAULT 0, done boolean DEFAULT false,
        UNIQUE ("rows", id));
      ALTER TABLE t ALTER id SET NOT NULL;
      SELECT create_distributed_table('t', 'rows', shard_count := 4);
      """, false
    ),
    (
      """
      CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
      SELECT create_distributed_table('t', null, colocate_with := 'none');
      """, true
    ),
    (
      """
      CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
      SELECT citus_add_local_table_to_metadata('t');
      """, true
    ),
    (
      """
      CREATE TABLE t (tenant int DEFAULT 7, id int, n int DEFAULT 0, done boolean DEFAULT false) PARTITION BY RANGE (id);
      CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (30); CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (30) TO (99);
      SELECT create_distributed_table('t', 'tenant', shard_count := 4);
      """, true
    ),
    (
      """
      CREATE TABLE t (tenant int DEFAULT 7, id int, n int DEFAULT 0, done boolean DEFAULT false, PRIMARY KEY (tenant, id))
        PARTITION BY RANGE (id);
      CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (30); CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (30) TO (99);
      SELECT create_distributed_table('t', 'tenant', shard_count := 4);
      """, true
    ),
  ]

  @Test("tables of every kind are changed, each row once", arguments: kinds.indices)
  func tableKinds(index: Int) async throws {
    let (sql, needsCitus) = Self.kinds[index]
    guard try await CitusCluster.isReal() || !needsCitus else { return }
    try await CitusCluster.shared().withDatabase { database in
      let summary = try await database.migrate([
        "V1__t.sql": sql, "V2__i.sql": "INSERT INTO t (id) SELECT g FROM generate_series(1, 60) g",
        "V3__b.sql": Self.directive("t", batch: 7), "V4__b.sql": Self.directive("public.t", batch: 7),
      ])
      #expect(summary.applied == 4)
      #expect(try await database.value("\(Self.once) t") == "t", "\(sql)")
      #expect(try await database.value("SELECT count(*) FROM t") == "60")
    }
  }

  @Test("many tenants on many shards, one of them large")
  func tenants() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      try await database.migrate([
        "V1__t.sql": """
        CREATE TABLE t (tenant bigint, id int, n int DEFAULT 0, done boolean DEFAULT false, PRIMARY KEY (tenant, id));
        SELECT create_distributed_table('t', 'tenant', shard_count := 8);
        """,
        "V2__i.sql": """
        INSERT INTO t SELECT g, 1 FROM generate_series(1, 2500) g;
        INSERT INTO t SELECT 10000, g FROM generate_series(1, 1234) g;
        """, "V3__b.sql": Self.directive("t", batch: 100),
      ]) { $0.report = events.take }
      #expect(try await database.value("\(Self.once) t") == "t")
      #expect(try await database.value("SELECT sum(n) FROM t") == "3734")
      let last = events.events.compactMap { if case .backfill(_, let progress) = $0 { progress } else { nil } }.last
      #expect(last?.rows == 3734 && last?.isFinished == true && last?.pass == 1)
    }
  }

  @Test("the large tenant's batches hold no more rows than asked for, and each works on one shard alone")
  func bounds() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate([
        "V1__t.sql": """
        CREATE TABLE t (tenant bigint, id int, n int DEFAULT 0, done boolean DEFAULT false, batch text,
          PRIMARY KEY (tenant, id));
        SELECT create_distributed_table('t', 'tenant', shard_count := 4);
        """,
        "V2__i.sql": """
        INSERT INTO t SELECT g % 20, g FROM generate_series(1, 400) g;
        INSERT INTO t SELECT 100, g FROM generate_series(1, 130) g;
        """, "V3__b.sql": Self.directive("t", batch: 50),
      ])
      #expect(try await database.value("\(Self.once) t") == "t")
      guard try await CitusCluster.isReal() else { return }
      let largest = try await database.value(
        """
        SELECT max(result::int) FROM run_command_on_shards('t', $$
          SELECT coalesce(max(rows), 0) FROM (SELECT count(*) AS rows FROM %s GROUP BY xmin) batches $$)
        """)
      #expect(largest.flatMap { Int($0) }.map { $0 <= 50 } == true, "\(largest ?? "-")")
    }
  }

  @Test("rows that match after the change end it at once, and nothing of that batch stays")
  func neverFalse() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = [
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, a int, b int);
        INSERT INTO t SELECT g, NULL, CASE WHEN g % 30 <> 0 THEN g END FROM generate_series(1, 100) g
        """, "V2__b.sql": #"-- whimbrel: backfill table=t set="a = b" where="a IS NULL" batch=20"#,
      ]
      let error = try await database.failure(files)
      #expect(error.code == .migrationFailed && !error.isTransient)
      #expect(error.message.contains("V2__b.sql:1:1: 1 of 20 changed rows match where= as before"), "\(error.message)")
      #expect(try await database.value("SELECT count(a) || ' ' || max(a) FROM t") == "20 20")
      // What stands in its way is put right, and it goes on.
      try await database.run("DELETE FROM t WHERE b IS NULL")
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("SELECT count(*) FROM t WHERE a IS NULL") == "0")
    }
  }

  @Test("rows that a trigger keeps from being changed are no success")
  func suppressed() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = [
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
        INSERT INTO t SELECT g FROM generate_series(1, 25) g;
        CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER keep BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.id = 7) EXECUTE FUNCTION keep()
        """, "V2__b.sql": Self.directive("t"),
      ]
      let error = try await database.failure(files)
      #expect(error.message.contains("gone through 20 times"), "\(error.message)")
      #expect(try await database.value("SELECT sum(n) FROM t") == "24")
      try await database.run("DROP TRIGGER keep ON t")
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("\(Self.once) t") == "t")
    }
  }

  @Test("a batch that fails leaves those before it, and says how to go on")
  func failingBatch() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = [
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false, CHECK (NOT done OR id <> 35));
        INSERT INTO t SELECT g FROM generate_series(1, 60) g
        """, "V2__b.sql": Self.directive("t"),
      ]
      let error = try await database.failure(files)
      #expect(error.failure?.sqlState == "23514" && error.failure?.line == 1 && error.failure?.column == 1)
      #expect(error.message.contains("those before it are committed and stay"), "\(error.message)")
      #expect(try await database.value("SELECT sum(n) FROM t") == "30")
      try await database.run("UPDATE t SET id = 135 WHERE id = 35; DELETE FROM flyway_schema_history WHERE NOT success")
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("\(Self.once) t") == "t")
    }
  }

  @Test("a lock that another session holds is waited for within bounds, and the batch is tried again")
  func lock() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate([
        "V1__t.sql": """
        CREATE TABLE t (tenant int DEFAULT 1, id int, n int DEFAULT 0, done boolean DEFAULT false,
          PRIMARY KEY (tenant, id));
        SELECT create_distributed_table('t', 'tenant', shard_count := 4);
        """, "V2__i.sql": "INSERT INTO t (id) SELECT g FROM generate_series(1, 30) g",
      ])
      let blocker = try await database.connect()
      for statement in ["BEGIN", "UPDATE t SET n = n WHERE tenant = 1 AND id = 15"] {
        _ = try await blocker.execute(statement)
      }
      let events = Events()
      let files: Files = ["V3__b.sql": Self.directive("t")]
      var settings = MigrationSettings.tests
      settings.ignoreMigrationPatterns = [IgnorePattern(.any, .missing)]
      let error = try await database.failure(files, settings: settings) { request in
        request.report = events.take
        request.execution.lockTimeout = .milliseconds(50)
        request.execution.lockRetries = 2
        request.sleep = { _ in }
      }
      #expect(error.code == .lockTimedOut && error.isTransient)
      #expect(events.all.filter { $0.hasPrefix("retrying") }.count == 2)
      #expect(try await database.value("SELECT sum(n) FROM t") == "10")
      try await database.migrate(files, settings: settings) { request in
        request.execution.lockTimeout = .milliseconds(50)
        request.sleep = { _ in _ = try? await blocker.execute("COMMIT") }
      }
      await blocker.close()
      #expect(try await database.value("\(Self.once) t") == "t")
    }
  }

  @Test("a run that is to stop ends after the batch, and the next one goes on")
  func stopping() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = [
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
        SELECT create_distributed_table('t', 'id', shard_count := 4);
        INSERT INTO t SELECT g FROM generate_series(1, 100) g
        """, "V2__b.sql": Self.directive("t", batch: 5), "V3__after.sql": "CREATE TABLE after (n int)",
      ]
      let events = Events()
      let error = try await database.failure(files) { request in
        request.report = events.take
        request.mayContinue = {
          !events.events.contains { if case .backfill = $0 { true } else { false } }
        }
      }
      #expect(error.code == .cancelled && error.isTransient)
      let rows = try await database.value("SELECT sum(n) FROM t").flatMap { Int($0) } ?? 0
      #expect((1...5).contains(rows))
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__b.sql|f"])
      let again = Events()
      #expect(try await database.migrate(files) { $0.report = again.take }.applied == 2)
      #expect(again.all.contains("resuming V2__b.sql after 0"))
      #expect(try await database.value("\(Self.once) t") == "t")
    }
  }

  @Test("sessions that end between and in batches are replaced, and each row is changed once")
  func lostSessions() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = [
        "V1__t.sql": """
        CREATE TABLE t (tenant int, id int, n int DEFAULT 0, done boolean DEFAULT false, PRIMARY KEY (tenant, id));
        SELECT create_distributed_table('t', 'tenant', shard_count := 4);
        INSERT INTO t SELECT g % 7, g FROM generate_series(1, 300) g
        """, "V2__b.sql": Self.directive("t", batch: 8, more: "pause=1ms"),
      ]
      let batches = Guarded(0)
      let summary = try await database.migrate(files) { request in
        request.sleep = { _ in
          let number = batches.withLock { count in
            count += 1
            return count
          }
          guard number % 11 == 0, number < 40 else { return }
          try await database.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
              + "AND pid <> pg_backend_pid() AND application_name = 'whimbrel-tests' AND query LIKE 'COMMIT%'")
        }
      }
      #expect(summary.applied == 2)
      #expect(try await database.value("\(Self.once) t") == "t")
    }
  }

  @Test("a Lease that is lost lets no further batch commit")
  func permit() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let events = Events()
      let error = try await database.failure([
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false);
        INSERT INTO t SELECT g FROM generate_series(1, 30) g
        """, "V2__b.sql": Self.directive("t"),
      ]) { request in
        request.report = events.take
        request.permit = { () throws(EngineError) in
          if events.events.contains(where: { if case .backfill = $0 { true } else { false } }) {
            throw EngineError(.cancelled, "the Lease was lost")
          }
        }
      }
      #expect(error.code == .cancelled)
      #expect(try await database.value("SELECT sum(n) FROM t") == "10")
    }
  }
}
