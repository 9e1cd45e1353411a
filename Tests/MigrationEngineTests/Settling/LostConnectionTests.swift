import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite(
  "Connections lost outside a transaction",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct LostConnectionTests {
  private static let table = """
    CREATE TABLE t (id int PRIMARY KEY, x text);
    SELECT create_distributed_table('t', 'id', shard_count := 4);
    INSERT INTO t SELECT n, n::text FROM generate_series(1, 100) n;
    """
  private static let create = "CREATE INDEX CONCURRENTLY t_x ON t (x)"

  // Waits until a migration waits for a lock, and kills its session.
  private func kill(_ query: String, _ database: CitusDatabase) async throws {
    let sessions = """
      FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '\(query)%'
        AND wait_event_type = 'Lock'
      """
    try await database.wait(until: "SELECT count(*) > 0 \(sessions)")
    let pid = try #require(try await database.value("SELECT pid \(sessions)"))
    try await database.run("SELECT pg_terminate_backend(\(pid))")
    try await database.wait(until: "SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = \(pid)")
  }

  private func block(_ sql: String, _ database: CitusDatabase) async throws -> PostgresConnection {
    let blocker = try await database.connect()
    _ = try await blocker.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    _ = try await blocker.execute(sql)
    return blocker
  }

  @Test("an index of which nothing is there is built again, and the run goes on")
  func nothingThere() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = [
        "V1__t.sql": Self.table,
        "V2__i.sql": "SET work_mem = '5MB'; \(Self.create); CREATE INDEX CONCURRENTLY t_y ON t (x, id)",
        "V2__i.sql.conf": "executeInTransaction=false", "V3__c.sql": "CREATE TABLE c (a int)",
      ]
      try await database.migrate(["V1__t.sql": Self.table])
      let blocker = try await block("LOCK TABLE t IN SHARE MODE", database)
      let events = Events()
      async let summary = database.migrate(files) { $0.report = events.take }
      try await kill(Self.create, database)
      await blocker.close()
      #expect(try await summary.applied == 2)
      #expect(events.all.contains("settling V2__i.sql"))
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|t", "3|V3__c.sql|t"])
      #expect(
        try await database.value("SELECT bool_and(indisvalid) FROM pg_index WHERE indrelid = 't'::regclass") == "t")
      #expect(try await database.isLockFree())
    }
  }

  @Test("an index that is there and valid counts as built")
  func done() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = ["V1__t.sql": "CREATE TABLE t (x text)", "V2__i.sql": Self.create]
      try await database.migrate(["V1__t.sql": "CREATE TABLE t (x text)"])
      let blocker = try await block("LOCK TABLE t IN SHARE MODE", database)
      async let summary = database.migrate(files)
      try await database.wait(
        until: """
          SELECT count(*) > 0 FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '\(Self.create)%' AND wait_event_type = 'Lock'
          """)
      _ = try await blocker.execute("CREATE INDEX t_x ON t (x)")
      // Keeps the run from looking before the index can be seen.
      let other = try await database.connect()
      let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")
      async let lock = other.execute("SELECT pg_advisory_lock(\(key))")
      try await kill(Self.create, database)
      _ = try await lock
      _ = try await blocker.execute("COMMIT")
      await blocker.close()
      await other.close()
      #expect(try await summary.applied == 1)
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|t"])
    }
  }

  @Test("an invalid index is dropped and built again, and that is told")
  func half() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = ["V1__t.sql": "CREATE TABLE t (x text)", "V2__i.sql": Self.create]
      try await database.migrate(["V1__t.sql": "CREATE TABLE t (x text)"])
      // An old snapshot keeps it waiting after the index was made.
      let blocker = try await block("SELECT 1 FROM t", database)
      let events = Events()
      async let summary = database.migrate(files) { $0.report = events.take }
      try await database.wait(until: "SELECT to_regclass('t_x') IS NOT NULL")
      try await kill(Self.create, database)
      await blocker.close()
      #expect(try await summary.applied == 1)
      #expect(events.all.contains("rebuilding t_x of V2__i.sql"), "\(events.all)")
      #expect(try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass") == "t")
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|t"])
      #expect(try await database.isLockFree())
    }
  }

  @Test("dropping an index goes on where it was")
  func drop() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let before: Files = ["V1__t.sql": "CREATE TABLE t (x text); CREATE INDEX t_x ON t (x);"]
      try await database.migrate(before)
      let blocker = try await block("LOCK TABLE t IN SHARE MODE", database)
      async let summary = database.migrate([
        before[0].key: before[0].value, "V2__d.sql": "DROP INDEX CONCURRENTLY t_x",
      ])
      try await kill("DROP INDEX", database)
      await blocker.close()
      #expect(try await summary.applied == 1)
      #expect(try await database.value("SELECT to_regclass('t_x') IS NULL") == "t")
    }
  }

  @Test("where another one takes the lock meanwhile, the row stays as it is, and the next run goes on")
  func lockTaken() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")
      try await database.migrate(["V1__t.sql": "CREATE TABLE t (x text)"])
      let blocker = try await block("LOCK TABLE t IN SHARE MODE", database)
      async let failed = database.failure(["V1__t.sql": "CREATE TABLE t (x text)", "V2__i.sql": Self.create]) {
        $0.sleep = { _ in }
      }
      try await database.wait(
        until: """
          SELECT count(*) > 0 FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE '\(Self.create)%' AND wait_event_type = 'Lock'
          """)
      let other = try await database.connect()
      async let lock = other.execute("SELECT pg_advisory_lock(\(key))")
      try await kill(Self.create, database)
      _ = try await lock
      let error = try await failed
      #expect(error.code == .databaseLocked && error.isTransient)
      #expect(
        error.message.contains("the migration lock is held by backend \(other.backendProcessIdentifier)"),
        "\(error.message)")
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|f"])
      await other.close()
      await blocker.close()
      let events = Events()
      let files: Files = ["V1__t.sql": "CREATE TABLE t (x text)", "V2__i.sql": Self.create]
      #expect(try await database.migrate(files, settings: .tests, { $0.report = events.take }).applied == 1)
      #expect(events.all.contains("resuming V2__i.sql after 0"))
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|t"])
    }
  }
}
