import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite(
  "Interrupted migrations go on", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct ResumingTests {
  private static let alone = "executeInTransaction=false"

  // A history as a run leaves it that was killed: V1 applied, V2 with a journal.
  private func interrupt(_ database: CitusDatabase, _ sql: String, time: Int) async throws -> Files {
    let files: Files = [
      "V1__t.sql": "CREATE TABLE t (a int, b text)", "V2__x.sql": sql, "V2__x.sql.conf": Self.alone,
    ]
    try await database.migrate([files[0].key: files[0].value])
    let set = MigrationSet.resolve(files.scripts, settings: .tests)
    try await database.run(
      """
      INSERT INTO flyway_schema_history VALUES (2, '2', 'x', 'SQL', 'V2__x.sql', \(set.versioned[1].checksum), 'u',
        now(), \(time), false)
      """)
    return files
  }

  private func journal(_ database: CitusDatabase) async throws -> String? {
    try await database.value("SELECT execution_time FROM flyway_schema_history WHERE installed_rank = 2")
  }

  @Test("what is done is not done again, and settings before it are set again")
  func done() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files = try await interrupt(
        database,
        "SET a.b = 'kept'; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2, current_setting('a.b'));", time: -5)
      let events = Events()
      #expect(try await database.migrate(files, settings: .tests, { $0.report = events.take }).applied == 1)
      #expect(events.all.contains("resuming V2__x.sql after 2"))
      #expect(try await database.lines("SELECT a, b FROM t") == ["2|kept"])
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__x.sql|t"])
      #expect(try await journal(database).flatMap { Int($0) }.map { $0 >= 0 } == true)
      #expect(try await database.isLockFree())
    }
  }

  @Test("each of both commands that a person is given lets it go on", arguments: [true, false])
  func decided(isDone: Bool) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files = try await interrupt(
        database, "INSERT INTO t VALUES (1); DO $$ BEGIN INSERT INTO t VALUES (2); END $$;", time: -4)
      let error = try await database.failure(files)
      #expect(error.code == .undecided)
      let marker = isDone ? "if it was done, send: " : "if it was not: "
      let part = try #require(error.message.split(separator: "; ").first { $0.contains(marker) })
      let command = part.drop { $0 != "U" }
      #expect(command.hasPrefix("UPDATE "))
      try await database.run(String(command))
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.lines("SELECT a FROM t") == (isDone ? [] : ["2"]))
      #expect(try await database.history() == ["1|V1__t.sql|t", "2|V2__x.sql|t"])
    }
  }

  @Test("where the session was more than settings, the rest is a person's, and can be said to be done")
  func unclearSession() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files = try await interrupt(
        database, "CREATE TEMP TABLE x (a int); INSERT INTO x VALUES (1); INSERT INTO t SELECT a FROM x;", time: -5)
      let error = try await database.failure(files)
      #expect(error.code == .undecided)
      #expect(error.message.contains("statements 3 to 3"), "\(error.message)")
      #expect(error.message.contains("SET execution_time = -7"))
      try await database.run("UPDATE flyway_schema_history SET execution_time = -7 WHERE installed_rank = 2")
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("SELECT count(*) FROM t") == "0")
    }
  }

  @Test(
    "an index that was under way is looked at: missing is built, valid is done, invalid is built again",
    arguments: ["missing", "valid", "invalid"])
  func index(state: String) async throws {
    try await CitusCluster.shared().withDatabase { database in
      let files = try await interrupt(database, "CREATE INDEX CONCURRENTLY t_a ON t (a); VACUUM t", time: -2)
      if state != "missing" { try await database.run("CREATE INDEX t_a ON t (a)") }
      if state == "invalid" {
        try await database.run("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_a'::regclass")
      }
      let before = try await database.value("SELECT to_regclass('t_a')::oid")
      let events = Events()
      #expect(try await database.migrate(files, settings: .tests, { $0.report = events.take }).applied == 1)
      #expect(events.all.contains("rebuilding t_a of V2__x.sql") == (state == "invalid"))
      let after = try await database.value("SELECT to_regclass('t_a')::oid")
      #expect((before == after) == (state == "valid"))
      #expect(try await database.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass") == "t")
    }
  }

  @Test("what an interrupted rebuild of an index left behind is dropped, of that table alone, and it is rebuilt again")
  func rebuild() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files = try await interrupt(database, "REINDEX INDEX CONCURRENTLY t_a", time: -2)
      try await database.run(
        """
        CREATE INDEX t_a ON t (a); CREATE INDEX t_a_ccnew ON t (a); CREATE INDEX t_a_ccold1 ON t (a);
        CREATE TABLE u (a int); CREATE INDEX u_a_ccnew ON u (a); CREATE INDEX t_b_ccnew ON t (b);
        UPDATE pg_index SET indisvalid = false
          WHERE indexrelid IN ('t_a_ccnew'::regclass, 't_a_ccold1'::regclass, 'u_a_ccnew'::regclass)
        """)
      let events = Events()
      #expect(try await database.migrate(files, settings: .tests, { $0.report = events.take }).applied == 1)
      #expect(events.all.contains("rebuilding public.t_a_ccnew, public.t_a_ccold1 of V2__x.sql"), "\(events.all)")
      let left = "SELECT relname FROM pg_class WHERE relkind = 'i' AND relname ~ '^[tu]_' ORDER BY 1"
      #expect(try await database.lines(left) == ["t_a", "t_b_ccnew", "u_a_ccnew"])
    }
  }

  @Test("an index of that name that was there before is not taken for the statement's own, nor dropped")
  func foreignIndex() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files = try await interrupt(database, "CREATE INDEX CONCURRENTLY t_a ON t (a)", time: -1)
      try await database.run("CREATE INDEX t_a ON t (b)")
      let error = try await database.failure(files)
      #expect(error.code == .migrationFailed && error.failure?.sqlState == "42P07")
      #expect(try await database.value("SELECT pg_get_indexdef('t_a'::regclass)")?.contains("(b)") == true)
      #expect(try await journal(database).flatMap { Int($0) }.map { $0 >= 0 } == true)
    }
  }

  @Test("a transaction of the script's own is done again as a whole, or not at all")
  func ownTransaction() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files = try await interrupt(
        database, "INSERT INTO t VALUES (1); BEGIN; INSERT INTO t VALUES (2); COMMIT; INSERT INTO t VALUES (3);",
        time: -3)
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.lines("SELECT a FROM t ORDER BY a") == ["2", "3"])
    }
  }

  @Test("a role without rights on the history does not keep the journal from being written")
  func role() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let role = "poor_\(database.name)"
      try await database.run("CREATE ROLE \(role)")
      let files: Files = [
        "V1__t.sql": "CREATE TABLE t (a int); GRANT ALL ON t TO \(role)",
        "V2__x.sql": """
        SET ROLE \(role); INSERT INTO t VALUES (1); BEGIN; INSERT INTO t VALUES (2); COMMIT;
        DO $$ BEGIN INSERT INTO t VALUES (3); END $$; INSERT INTO t SELECT 4 WHERE current_user = '\(role)';
        """, "V2__x.sql.conf": Self.alone,
      ]
      do {
        #expect(try await database.migrate(files).applied == 2)
        #expect(try await database.lines("SELECT a FROM t ORDER BY a") == ["1", "2", "3", "4"])
      }
      try await database.run("DROP OWNED BY \(role); DROP ROLE \(role)")
    }
  }

  @Test("a row that somebody takes out meanwhile ends the run before the statement counts")
  func rowTakenOut() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = [
        "V1__t.sql": "CREATE TABLE t (a int)",
        "V2__x.sql": "DELETE FROM flyway_schema_history WHERE NOT success; INSERT INTO t VALUES (1)",
        "V2__x.sql.conf": Self.alone,
      ]
      let error = try await database.failure(files)
      #expect(error.code == .recordingFailed, "\(error.message)")
      #expect(try await database.value("SELECT count(*) FROM t") == "0")
      // The DELETE was rolled back with the note that it could not have.
      #expect(try await journal(database) == "-1")
    }
  }

  @Test("a lock that is not granted in time is tried again, statement by statement")
  func locked() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = [
        "V1__t.sql": "CREATE TABLE t (a int)",
        "V2__x.sql": "INSERT INTO t VALUES (1); SET lock_timeout = '100ms'; ALTER TABLE t ADD b int",
        "V2__x.sql.conf": Self.alone,
      ]
      try await database.migrate([files[0].key: files[0].value])
      let blocker = try await database.connect()
      _ = try await blocker.execute("BEGIN")
      _ = try await blocker.execute("LOCK TABLE t IN ROW EXCLUSIVE MODE")
      let events = Events()
      let error = try await database.failure(files, settings: .tests) {
        $0.execution.lockRetries = 2
        $0.sleep = { _ in }
        $0.report = events.take
      }
      #expect(error.code == .lockTimedOut && error.isTransient)
      #expect(events.all.count { $0.hasPrefix("retrying") } == 2)
      #expect(try await journal(database) == "-3")
      _ = try await blocker.execute("COMMIT")
      await blocker.close()
      #expect(try await database.migrate(files).applied == 1)
      #expect(try await database.value("SELECT count(*) FROM t") == "1")
    }
  }
}
