import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("What only Citus does", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct CitusTests {
  @Test("a view that would exist on the coordinator only fails its migration and is undone")
  func localOnly() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files: Files = [
        "V1__t.sql": "CREATE TABLE local (a int);",
        "V2__v.sql": "CREATE TABLE also (a int);\nCREATE VIEW v AS SELECT * FROM local;",
      ]
      let error = try await database.failure(files)
      #expect(error.code == .localOnlyObjects)
      #expect(!error.isTransient)
      #expect(error.message.contains(#""view v" will be created only locally"#), "\(error.message)")
      #expect(error.message.contains("create_distributed_table"))
      #expect(try await database.value("SELECT to_regclass('also') IS NULL AND to_regclass('v') IS NULL") == "t")
      #expect(try await database.history() == ["1|V1__t.sql|t"])
    }
  }

  @Test("a worker that is down fails DDL as something that passes, and the rerun succeeds")
  func workerDown() async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.exclusively { database in
      try await database.migrate(["V1__t.sql": Self.table("one")])
      try await cluster.kill(.worker2)
      let files: Files = ["V1__t.sql": Self.table("one"), "V2__t.sql": Self.table("two")]
      let error = try await database.failure(files)
      #expect(error.code == .migrationFailed)
      #expect(error.isTransient, "\(error.message)")
      #expect(error.message.contains("\(cluster.port(of: .worker2))"), "\(error.message)")
      #expect(try await database.history() == ["1|V1__t.sql|t"])
      try await cluster.start(.worker2)
      #expect(try await database.migrate(files).applied == 1)
    }
  }

  @Test(
    "a worker that dies inside a migration undoes all of it, whether before DDL or before COMMIT",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() },
    arguments: ["; " + table("three"), ""])
  func workerDies(_ rest: String) async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.exclusively { database in
      let files: Files = ["V1__t.sql": "\(Self.table("one")); SELECT pg_sleep(2)\(rest)"]
      async let failed = database.failure(files)
      try await database.wait(
        until:
          "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(2)'"
      )
      try await cluster.kill(.worker2)
      let error = try await failed
      #expect(error.code == .migrationFailed)
      #expect(error.isTransient, "\(error.message)")
      #expect(try await database.history() == [])
      try await cluster.start(.worker2)
      #expect(try await database.migrate(["V1__t.sql": "\(Self.table("one"))\(rest)"]).applied == 1)
    }
  }

  @Test("a worker that dies while a filled table is distributed leaves the table as it was")
  func distributionInterrupted() async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.exclusively { database in
      let fill = "CREATE TABLE big AS SELECT g AS a, repeat('x', 200) AS b FROM generate_series(1, 1000000) g"
      let files: Files = [
        "V1__big.sql": fill, "V2__d.sql": "SELECT create_distributed_table('big', 'a', shard_count := 4)",
      ]
      try await database.migrate(["V1__big.sql": fill])
      async let failed = database.failure(files)
      try await database.wait(
        until:
          "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'SELECT create_distributed_table(''big''%'"
      )
      try await cluster.kill(.worker2)
      let error: EngineError
      do {
        error = try await failed
      } catch is UnexpectedSuccess {
        try await cluster.start(.worker2)
        try Test.cancel("the machine is too busy: the distribution was over before the worker was dead")
      }
      #expect(error.isTransient, "\(error.message)")
      #expect(!error.message.contains("xxx"))
      #expect(try await database.history() == ["1|V1__big.sql|t"])
      #expect(try await database.value("SELECT count(*) FROM pg_dist_partition") == "0")
      try await cluster.start(.worker2)
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("SELECT count(*) FROM big") == "1000000")
    }
  }

  @Test(
    "a commit that a worker has not finished is waited for before the next migration",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func unfinishedCommit() async throws {
    let cluster = try await CitusCluster.shared()
    try await cluster.exclusively { database in
      // A commit waits for a standby that does not exist: after the local commit, before the workers' second phase.
      let files: Files = [
        "V1__t.sql": "\(Self.table("one")); SET LOCAL synchronous_commit = on", "V2__t.sql": Self.table("two"),
      ]
      let events = Events()
      // The history table is there already: its commit would wait too.
      try await database.migrate([:])
      try await database.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
      try await database.run("SELECT pg_reload_conf()")
      async let run = database.migrate(files) { request in
        request.report = events.take
        request.sleep = { _ in
          try await cluster.start(.worker2)
          _ = try await database.run("SELECT recover_prepared_transactions()")
        }
      }
      try await database.wait(
        until: "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'SyncRep'"
      )
      try await cluster.kill(.worker2)
      try await database.run("ALTER SYSTEM RESET synchronous_standby_names")
      try await database.run("SELECT pg_reload_conf()")
      let summary = try await run
      #expect(summary.applied == 2)
      #expect(
        events.all.contains { $0.hasPrefix("warning failed to commit transaction on 127.0.0.1:") }, "\(events.all)")
      #expect(try await database.value("SELECT count(*) FROM one") == "0")
    }
  }

  @Test(
    "DDL, types and functions in one migration do not meet Citus's parallel-operation errors",
    .enabled("\(CitusCluster.needsRealCitus)") { try await CitusCluster.isReal() })
  func sequential() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let sql = """
        \(Self.table("one"));
        CREATE INDEX one_x ON one (x);
        CREATE TYPE mood AS ENUM ('good', 'bad');
        ALTER TABLE one ADD COLUMN mood mood;
        CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
        CREATE TABLE ref (a int PRIMARY KEY);
        SELECT create_reference_table('ref');
        ALTER TABLE one ADD FOREIGN KEY (r) REFERENCES ref;
        """
      let summary = try await database.migrate(["V1__all.sql": sql])
      #expect(summary.applied == 1)
    }
  }

  private static func table(_ name: String) -> String {
    "CREATE TABLE \(name) (a int PRIMARY KEY, x text, r int); SELECT create_distributed_table('\(name)', 'a', shard_count := 4)"
  }
}
