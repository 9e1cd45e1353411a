import MigrationCore
import MigrationEngine
import TestSupport
import Testing

@Suite(
  "Migrations outside a transaction",
  .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct NonTransactionalTests {
  private static let table = """
    CREATE TABLE t (id int PRIMARY KEY, x text);
    SELECT create_distributed_table('t', 'id', shard_count := 4);
    INSERT INTO t VALUES (1, 'same'), (2, 'same'), (3, 'other');
    """

  @Test("an index is built concurrently, recorded before and settled after")
  func concurrentIndex() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      try await database.migrate(
        ["V1__t.sql": Self.table, "V2__i.sql": "CREATE INDEX CONCURRENTLY t_x ON t (x)"]
      ) { $0.report = events.take }
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|t"])
      #expect(try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_x'::regclass") == "t")
      let time = try await database.value("SELECT execution_time FROM flyway_schema_history WHERE version = '2'")
      #expect(time.flatMap { Int($0) }.map { $0 > 0 } == true)
    }
  }

  @Test("one that fails leaves a failed row and names the invalid index; the next run waits for a person")
  func failingIndex() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = ["V1__t.sql": Self.plain, "V2__i.sql": "CREATE UNIQUE INDEX CONCURRENTLY t_x ON t (x);"]
      let error = try await database.failure(files)
      #expect(error.code == .migrationFailed)
      #expect(!error.isTransient)
      #expect(error.failure?.sqlState == "23505")
      #expect(error.failure?.isRolledBack == false)
      #expect(
        error.message.contains("index t_x was left behind, invalid: DROP INDEX CONCURRENTLY IF EXISTS t_x"),
        "\(error.message)")
      #expect(!error.message.contains("same"))
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__i.sql|f"])
      let again = try await database.failure(files)
      #expect(again.code == .validationFailed)
      try await database.run("DROP INDEX t_x; DELETE FROM flyway_schema_history WHERE NOT success")
      try await database.run("DELETE FROM t WHERE id = 2")
      #expect(try await database.migrate(files).applied == 1)
    }
  }

  /// A local table: in a distributed one the index could not be unique.
  private static let plain =
    "CREATE TABLE t (id int PRIMARY KEY, x text); INSERT INTO t VALUES (1, 'same'), (2, 'same');"

  @Test("a script that gives the lock away by DISCARD ALL does not end the run")
  func discardAll() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let summary = try await database.migrate([
        "V1__d.sql": "DISCARD ALL", "V2__u.sql": "SELECT pg_advisory_unlock_all(); CREATE TABLE a (x int)",
        "V3__c.sql":
          "CREATE TABLE held AS SELECT count(*) AS n FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND pid = pg_backend_pid()",
      ])
      #expect(summary.applied == 3)
      #expect(try await database.value("SELECT n FROM held") == "1")
      #expect(try await database.isLockFree())
    }
  }

  @Test("a refused permit stops it before it starts")
  func permit() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let events = Events()
      let error = try await database.failure(["V1__v.sql": "CREATE TABLE t (a int)", "V2__v.sql": "VACUUM"]) {
        request in
        request.report = events.take
        request.permit = { () throws(EngineError) in
          if events.all.contains("started V2__v.sql") { throw EngineError(.cancelled, "the Lease was lost") }
        }
      }
      #expect(error.code == .cancelled)
      #expect(try await database.history() == ["1|V1__v.sql|t"])
      #expect(try await database.isLockFree())
    }
  }

  @Test("a session that ends in the middle of what nobody can look at asks a person, with the commands")
  func lostSession() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = [
        "V1__s.sql": "CREATE TABLE slow (a int)",
        "V2__s.sql": "INSERT INTO slow VALUES (1);\n  DO $$ BEGIN PERFORM pg_sleep(60); END $$;\nVACUUM slow",
        "V2__s.sql.conf": "executeInTransaction=false",
      ]
      async let failed = database.failure(files)
      let session = "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'DO %'"
      try await database.wait(until: "SELECT count(*) = 1 \(session)")
      try await database.run("SELECT pg_terminate_backend(pid) \(session)")
      try await Self.expectUndecided(try await failed)
      #expect(try await database.history() == ["1|V1__s.sql|t", "2|V2__s.sql|f"])
      // Another run asks the same, and touches nothing.
      try await Self.expectUndecided(try await database.failure(files))
      #expect(try await database.value("SELECT count(*) FROM slow") == "1")
    }
  }

  private static func expectUndecided(_ error: EngineError) async throws {
    let table = "\"public\".\"flyway_schema_history\""
    #expect(error.code == .undecided && !error.isTransient)
    #expect(error.failure?.line == 2 && error.failure?.column == 3)
    #expect(error.message.contains("V2__s.sql:2:3: statement 2 of 3 (DO) was under way"), "\(error.message)")
    for command in ["execution_time = -5", "execution_time = -3"] {
      #expect(
        error.message.contains("UPDATE \(table) SET \(command) WHERE installed_rank = 2 AND NOT success"),
        "\(error.message)")
    }
  }
}
