import MigrationCore
import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@Suite("Sessions", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct SessionTests {
  @Test("what initSql sets holds for every script, whatever scripts before it did")
  func initSql() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let role = "whimbrel_init_\(database.name.suffix(8))"
      try await database.run("CREATE ROLE \(role); GRANT CREATE, USAGE ON SCHEMA public TO \(role);")
      let initSql = "SET ROLE \(role); SET work_mem = '7MB'; SET search_path = pg_catalog, public;"
      let settings = MigrationSettings.with { ($0.schemas, $0.initSql) = (["public"], initSql) }
      let session = try await MigrationSession.open(database.parameters(), initSql: initSql, logger: .silent)
      let look = "AS SELECT current_user AS u, current_setting('work_mem') AS w, current_setting('search_path') AS p"
      _ = try await session.run(
        database.request(
          [
            "V1__a.sql": "CREATE TABLE a \(look); RESET ROLE; RESET ALL; SET search_path = nowhere;",
            "V2__b.sql": "CREATE TABLE b \(look)", "V3__v.sql": "VACUUM b", "V4__c.sql": "CREATE TABLE c \(look)",
          ], settings))
      await session.close()
      let rows = try await database.lines("SELECT * FROM a UNION ALL SELECT * FROM b UNION ALL SELECT * FROM c")
      #expect(rows == Array(repeating: "\(role)|7MB|\"public\",pg_catalog, public", count: 3))
      try await database.run("DROP OWNED BY \(role); DROP ROLE \(role)")
    }
  }

  @Test("initSql that fails is an error of connecting")
  func failing() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      for sql in ["SELECT * FROM nowhere", "SELECT 'never ends"] {
        let error = await #expect(throws: EngineError.self) {
          _ = try await MigrationSession.open(database.parameters(), initSql: sql, logger: .silent)
        }
        #expect(error?.code == .connection)
        #expect(error?.flywayErrorCode == "DB_CONNECTION")
      }
    }
  }

  @Test("the real error is never hidden behind the lock that cannot be given back")
  func hiddenByUnlock() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let error = try await database.failure([
        "V1__a.sql": "DISCARD ALL", "V2__b.sql": "SELECT pg_advisory_unlock_all(); SELECT * FROM nope;",
      ])
      #expect(error.sqlState == "42P01")
      #expect(error.line == 1)
      #expect(error.path == "V2__b.sql")
      #expect(try await database.history() == ["1|V1__a.sql|t"])
    }
  }

  @Test("a session that is of no use any more once the migration is committed leaves it applied, once")
  func uselessAfterCommit() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let (login, owner) = ("\(database.name)_login", "\(database.name)_owner")
      try await database.run(
        "CREATE ROLE \(owner) SUPERUSER; CREATE ROLE \(login) LOGIN PASSWORD 'test-only' IN ROLE \(owner)")
      var parameters = database.parameters()
      (parameters.user, parameters.password) = (login, .init("test-only"))
      let initSql = "SET ROLE \(owner)"
      let settings = MigrationSettings.with { $0.initSql = initSql }
      let session = try await MigrationSession.open(parameters, initSql: initSql, logger: .silent)
      // At COMMIT the role is taken away that the next script would need.
      let revoke = """
        CREATE TABLE a (x int);
        CREATE FUNCTION revoke() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN REVOKE \(owner) FROM \(login); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION revoke();
        INSERT INTO a VALUES (1);
        """
      await #expect(throws: EngineError.self) {
        _ = try await session.run(
          database.request(["V1__revoke.sql": revoke, "V2__never.sql": "CREATE TABLE b (x int)"], settings))
      }
      await session.close()
      #expect(try await database.history() == ["1|V1__revoke.sql|t"])
      #expect(try await database.value("SELECT count(*) FROM a") == "1")
      try await database.run(
        "REASSIGN OWNED BY \(owner) TO postgres; DROP ROLE \(login); DROP ROLE \(owner)")
    }
  }

  @Test("a session that looks have used is renewed for another resource, with what they have set taken back")
  func renewed() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let first = try await MigrationSession.open(database.parameters(), logger: .silent)
      _ = try await first.observeCluster()
      _ = try await first.fingerprint(.tests)
      #expect(await first.isIdle)
      var parameters = database.parameters()
      parameters.applicationName = "whimbrel/another"
      let second = try #require(await first.renewed(for: parameters))
      let seen = try await database.lines(
        "SELECT state FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'whimbrel/another'"
      )
      #expect(seen == ["idle"])
      _ = try await second.run(
        database.request(["V1__a.sql": "CREATE TABLE a AS SELECT current_setting('statement_timeout') AS s"]))
      await second.close()
      #expect(await first.renewed(for: parameters) == nil)
    }
  }

  @Test("a history row that cannot be written takes the migration with it")
  func recording() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(["V1__a.sql": "SELECT 1"])
      try await database.run("ALTER TABLE flyway_schema_history ADD CHECK (version <> '2')")
      let error = try await database.failure(["V1__a.sql": "SELECT 1", "V2__b.sql": "CREATE TABLE b (a int)"])
      #expect(error.code == .recordingFailed)
      #expect(error.flywayErrorCode == "DB_CONNECTION")
      #expect(error.failure?.isRolledBack == true)
      #expect(try await database.value("SELECT to_regclass('b') IS NULL") == "t")
    }
  }
}
