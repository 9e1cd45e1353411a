import MigrationCore
import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@Suite("Applying migrations", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct ApplyTests {
  static let directory: Files = [
    "V1__tenants.sql": """
    CREATE TABLE tenants (tenant_id bigint PRIMARY KEY, name text NOT NULL);
    SELECT create_distributed_table('tenants', 'tenant_id', shard_count := 4);
    """,
    "V2__orders.sql": """
    CREATE TABLE orders (tenant_id bigint NOT NULL REFERENCES tenants, order_id bigint, note text,
      PRIMARY KEY (tenant_id, order_id));
    SELECT create_distributed_table('orders', 'tenant_id', colocate_with := 'tenants');
    """,
    "V3__countries.sql": """
    CREATE TABLE countries (code text PRIMARY KEY);
    SELECT create_reference_table('countries');
    INSERT INTO countries VALUES ('CH'), ('IT');
    """,
    "V4__index.sql": "CREATE INDEX orders_note ON orders (note);",
    "V5__alter.sql": "ALTER TABLE orders ADD COLUMN placed timestamptz;\nALTER TABLE orders ALTER placed SET NOT NULL;",
    "R__view.sql": "CREATE OR REPLACE VIEW order_notes AS SELECT tenant_id, note FROM orders;",
  ]

  @Test("a directory is applied in order, once, and recorded")
  func directory() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      let summary = try await database.migrate(Self.directory) { $0.report = events.take }
      #expect(summary.applied == 6)
      #expect(summary.plan.currentVersion == "5")
      #expect(summary.plan.steps.isEmpty)
      #expect(
        try await database.history() == [
          "1|V1__tenants.sql|t", "2|V2__orders.sql|t", "3|V3__countries.sql|t", "4|V4__index.sql|t",
          "5|V5__alter.sql|t", "SQL|R__view.sql|t",
        ])
      #expect(events.all.first == "planned 6")
      #expect(events.all.dropFirst().prefix(2) == ["started V1__tenants.sql", "applied V1__tenants.sql"])
      let tables = try await database.lines(
        "SELECT table_name, citus_table_type FROM citus_tables ORDER BY table_name::text")
      #expect(tables == ["countries|reference", "orders|distributed", "tenants|distributed"])
      if database.cluster.kind == .real {
        #expect(try await database.value("SELECT count(*) FROM countries", on: .worker2) == "2")
      }
      #expect(try await database.isLockFree())
      let again = try await database.migrate(Self.directory)
      #expect(again.applied == 0)
    }
  }

  @Test("every statement is a message of its own")
  func statements() async throws {
    try await CitusCluster.shared().withDatabase { database in
      // current_query() is the whole message.
      try await database.migrate([
        "V1__log.sql": "CREATE TABLE log (q text); INSERT INTO log SELECT current_query(); INSERT INTO log SELECT 'x'"
      ])
      #expect(try await database.lines("SELECT q FROM log") == ["INSERT INTO log SELECT current_query()", "x"])
    }
  }

  @Test("a failing statement undoes its whole migration, is found, and leaves those before it")
  func failure() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      let files: Files = [
        "V1__good.sql": "CREATE TABLE good (a int);",
        "V2__bad.sql":
          "CREATE TABLE half (a int);\nINSERT INTO half VALUES (1);\n  SELECT a,\n    nowhere FROM half;\n",
        "V3__later.sql": "CREATE TABLE later (a int);",
      ]
      let error = try await database.failure(files) { $0.report = events.take }
      #expect(error.code == .migrationFailed)
      #expect(!error.isTransient)
      #expect(
        error.message == #"V2__bad.sql:4:5: [42703] column "nowhere" does not exist; rolled back"#)
      #expect(error.failure?.version == "2")
      #expect(error.failure?.isRolledBack == true)
      #expect(try await database.history() == ["1|V1__good.sql|t"])
      #expect(try await database.value("SELECT to_regclass('half') IS NULL AND to_regclass('later') IS NULL") == "t")
      #expect(events.all.last == "failed V2__bad.sql 42703")
      #expect(try await database.isLockFree())
      let repaired: Files = ["V1__good.sql": files[0].value, "V2__bad.sql": "CREATE TABLE half (a int);"]
      #expect(try await database.migrate(repaired).applied == 1)
    }
  }

  @Test("values of rows do not get into error texts")
  func secrecy() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(["V1__t.sql": "CREATE TABLE t (a int PRIMARY KEY, b text CHECK (b <> 'hush'))"])
      for sql in [
        "INSERT INTO t VALUES (4711, 'x'), (4711, 'x')", "INSERT INTO t VALUES (1, 'hush')",
        "INSERT INTO t SELECT 'hush'", "INSERT INTO t SELECT x::int, 'x' FROM (VALUES ('hush')) v(x)",
      ] {
        let error = try await database.failure([
          "V1__t.sql": "CREATE TABLE t (a int PRIMARY KEY, b text CHECK (b <> 'hush'))", "V2__x.sql": sql,
        ])
        #expect(error.failure?.sqlState?.prefix(2) == "23" || error.failure?.sqlState?.prefix(2) == "22")
        #expect(!error.message.contains("4711") && !error.message.contains("hush"), "\(error.message)")
      }
    }
  }

  @Test("data of COPY is loaded with its statement")
  func copy() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate([
        "V1__copy.sql":
          "CREATE TABLE c (a int, b text);\nSELECT create_distributed_table('c', 'a', shard_count := 2);\nCOPY c (a, b) FROM STDIN;\n1\tone; two\n2\t\\N\n\\.\nUPDATE c SET b = 'none' WHERE b IS NULL;\n"
      ])
      #expect(try await database.lines("SELECT a, b FROM c ORDER BY a") == ["1|one; two", "2|none"])
      let error = try await database.failure([
        "V1__copy.sql":
          "CREATE TABLE c (a int, b text);\nSELECT create_distributed_table('c', 'a', shard_count := 2);\nCOPY c (a, b) FROM STDIN;\n1\tone; two\n2\t\\N\n\\.\nUPDATE c SET b = 'none' WHERE b IS NULL;\n",
        "V2__bad.sql": "COPY c (a, b) FROM STDIN;\n3\tthree\nfour\tfour\n\\.\n",
      ])
      #expect(error.failure?.sqlState == "22P02")
      #expect(error.failure?.line == 1)
      #expect(try await database.value("SELECT count(*) FROM c") == "2")
    }
  }

  @Test("what a migration sets for its session does not reach the next, nor its own history row")
  func leaks() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let role = "\(database.name)_role"
      let settings = """
        SELECT current_user AS a, session_user AS b, current_setting('search_path') AS c,
          current_setting('statement_timeout') AS d, current_setting('lock_timeout') AS e,
          current_setting('client_connection_check_interval') AS f, current_setting('application_name') AS g,
          current_setting('work_mem') AS h
        """
      try await database.run("CREATE ROLE \(role)")
      try await database.migrate([
        "V1__before.sql": "CREATE TABLE seen AS \(settings)",
        "V2__role.sql":
          "CREATE SCHEMA elsewhere; SET search_path = elsewhere; SET work_mem = '99MB'; SET statement_timeout = '1h'; SET ROLE \(role);",
        "V3__after.sql": "INSERT INTO seen \(settings)",
        "V4__authorization.sql": "SET SESSION AUTHORIZATION \(role);",
        "V5__after.sql": "INSERT INTO seen \(settings)",
        "V6__all.sql": "SET application_name = 'somebody'; SET client_connection_check_interval = 0; RESET ALL",
        "V7__after.sql": "INSERT INTO seen \(settings)",
      ])
      let seen = try await database.lines("SELECT * FROM seen")
      #expect(Set(seen).count == 1, "\(seen)")
      #expect(seen.count == 4)
      #expect(
        seen.first?.hasPrefix(#"postgres|postgres|"public","$user", public|0|5s|10s|whimbrel-tests|"#) == true,
        "\(seen)")
      #expect(try await database.value("SELECT count(DISTINCT installed_by) FROM flyway_schema_history") == "1")
      try await database.run("DROP ROLE \(role)")
    }
  }

  @Test("a role that ALTER ROLE ... SET role gives is kept for every migration")
  func configuredRole() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let (login, owner) = ("\(database.name)_login", "\(database.name)_owner")
      try await database.run("CREATE ROLE \(owner) SUPERUSER")
      try await database.run("CREATE ROLE \(login) SUPERUSER LOGIN PASSWORD 'test-only' IN ROLE \(owner)")
      try await database.run("ALTER ROLE \(login) IN DATABASE \(database.name) SET role = \(owner)")
      var parameters = database.parameters()
      parameters.user = login
      parameters.password = .init("test-only")
      let session = try await MigrationSession.open(parameters, logger: .silent)
      let files: Files = ["V1__a.sql": "CREATE TABLE a (x int)", "V2__b.sql": "CREATE TABLE b (x int)"]
      _ = try await session.run(
        RunRequest(
          scripts: .resolve(files.scripts, settings: .tests), settings: .tests, execution: ExecutionSettings()))
      await session.close()
      let owners = try await database.lines("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
      #expect(owners == [owner])
      try await database.run("REASSIGN OWNED BY \(owner) TO postgres")
      try await database.run("DROP ROLE \(login)")
      try await database.run("DROP ROLE \(owner)")
    }
  }

  @Test("a deferred constraint that fails at COMMIT undoes the migration and its row")
  func deferredConstraint() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let error = try await database.failure([
        "V1__t.sql": """
        CREATE TABLE parent (a int PRIMARY KEY);
        CREATE TABLE child (a int REFERENCES parent DEFERRABLE INITIALLY DEFERRED);
        INSERT INTO child VALUES (1);
        """
      ])
      #expect(error.code == .migrationFailed)
      #expect(error.failure?.sqlState == "23503")
      #expect(error.failure?.line == nil)
      #expect(try await database.value("SELECT to_regclass('parent') IS NULL") == "t")
      #expect(try await database.history() == [])
    }
  }

  @Test("a procedure that commits cannot part a migration from its row")
  func committingProcedure() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let procedure = "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$BEGIN INSERT INTO t VALUES (1); COMMIT; END$$;"
      let files: Files = [
        "V1__p.sql": "CREATE TABLE t (a int); \(procedure)", "V2__call.sql": "INSERT INTO t VALUES (0); CALL p();",
      ]
      let error = try await database.failure(files)
      #expect(error.failure?.sqlState == "2D000")
      #expect(error.failure?.hint?.contains("executeInTransaction=false in V2__call.sql.conf") == true)
      #expect(try await database.value("SELECT count(*) FROM t") == "0")
      let alone: Files = [
        "V1__p.sql": files[0].value, "V2__call.sql": files[1].value,
        "V2__call.sql.conf": "executeInTransaction=false\n",
      ]
      try await database.migrate(alone)
      #expect(try await database.value("SELECT count(*) FROM t") == "2")
    }
  }

  @Test("a script with transactions of its own runs outside of ours; what it leaves open is committed")
  func transactionControl() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      try await database.migrate([
        "V1__t.sql": "CREATE TABLE t (a int);",
        "V2__commit.sql": "BEGIN; INSERT INTO t VALUES (1); COMMIT; BEGIN; INSERT INTO t VALUES (2);",
      ]) { $0.report = events.take }
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__commit.sql|t"])
      #expect(try await database.value("SELECT count(*) FROM t") == "2")
      let planned = events.events.compactMap { event in
        if case .planned(let plan) = event { plan.problems.map(\.code) } else { nil }
      }
      #expect(planned == [[.transactionControl]])
    }
  }

  @Test("one that fails in a transaction of its own is rolled back to that, and leaves a failed row")
  func transactionControlFailing() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let error = try await database.failure([
        "V1__t.sql": "CREATE TABLE t (a int);",
        "V2__x.sql": "BEGIN; INSERT INTO t VALUES (1); COMMIT; BEGIN; INSERT INTO t VALUES (2); SELECT 1 / 0; COMMIT;",
      ])
      #expect(error.code == .migrationFailed)
      #expect(error.failure?.sqlState == "22012")
      #expect(error.failure?.isRolledBack == false)
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__x.sql|f"])
      #expect(try await database.value("SELECT count(*) FROM t") == "1")
    }
  }

  @Test("a graceful stop ends the run between two migrations")
  func gracefulStop() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      let error = try await database.failure(Self.directory) { request in
        request.report = events.take
        request.mayContinue = { !events.all.contains("applied V2__orders.sql") }
      }
      #expect(error.code == .cancelled)
      #expect(error.isTransient)
      #expect(try await database.history() == ["1|V1__tenants.sql|t", "2|V2__orders.sql|t"])
      #expect(try await database.migrate(Self.directory).applied == 4)
    }
  }

  @Test("a permit that is refused right before a commit leaves nothing behind")
  func permit() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      let error = try await database.failure(Self.directory) { request in
        request.report = events.take
        request.permit = { () throws(EngineError) in
          if events.all.contains("started V2__orders.sql") {
            throw EngineError(.cancelled, "the Lease was lost")
          }
        }
      }
      #expect(error.message == "the Lease was lost")
      try await database.wait(until: "SELECT to_regclass('orders') IS NULL")
      #expect(try await database.history() == ["1|V1__tenants.sql|t"])
    }
  }
}
