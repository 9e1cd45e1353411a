import MigrationCore
import Postgres
import TestSupport
import Testing

@testable import MigrationEngine

// Where Citus is not, the first statement of a migration goes in the message that begins its transaction.
@Suite(
  "A database without Citus", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct PlainDatabaseTests {
  private static func with(_ body: (CitusDatabase) async throws -> Void) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("DROP EXTENSION citus CASCADE")
      try await body(database)
    }
  }

  @Test(
    "what the server refuses is told with its place in the script, first statement or later, as with Citus",
    arguments: [
      ("CREATE TABEL t (a int);", 1, 8), ("-- first\n\n  SELECT\n    nothing();", 4, 5),
      ("SELECT 'zwölf 🦤', nothing();", 1, 19), ("SELECT 1;\nSELECT\n nothing();", 3, 2),
      ("INSERT INTO t VALUES (1);", 1, 13), ("SELECT 1 / 0;", 1, 1),
    ])
  func places(sql: String, line: Int, column: Int) async throws {
    func check(_ database: CitusDatabase) async throws {
      try await database.migrate(["V1__a.sql": "CREATE TABLE kept (a int)"])
      let session = try await database.open()
      let request = database.request(["V1__a.sql": "CREATE TABLE kept (a int)", "V2__b.sql": sql])
      let error = await #expect(throws: EngineError.self) { try await session.run(request) }
      #expect(error?.failure?.line == line && error?.failure?.column == column, "\(error?.message ?? "")")
      #expect(error?.failure?.isRolledBack == true)
      // Nothing is left open, and the session goes on.
      let state = try await session.connection.execute("SELECT pg_current_xact_id_if_assigned() IS NULL AS none")
      #expect(state.rows.first?["none"] == "t")
      #expect(await session.connection.isInOpenTransaction() == false)
      await session.close()
      #expect(try await database.history() == ["1|V1__a.sql|t"])
      #expect(try await database.isLockFree())
    }
    try await Self.with(check)
    try await CitusCluster.shared().withDatabase(workers: 0, check)
  }

  @Test("the first statement has the timeouts and the search path of the run, in a transaction of its own")
  func settings() async throws {
    try await Self.with { database in
      let seen = """
        current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
        current_setting('search_path') AS path, pg_current_xact_id() AS transaction
        """
      try await database.migrate([
        "V1__a.sql": "CREATE TABLE seen AS SELECT \(seen); SET search_path = pg_catalog; SET lock_timeout = '1h'",
        "V2__b.sql": "INSERT INTO seen SELECT \(seen)", "V3__c.sql": "INSERT INTO seen SELECT \(seen); SELECT 1",
      ]) { $0.execution.statementTimeout = .seconds(77) }
      let found = try await database.lines(
        "SELECT count(*), count(DISTINCT transaction), string_agg(DISTINCT lock || ' ' || statement, ',') FROM seen")
      #expect(found == ["3|3|5s 77s"])
      #expect(try await database.value("SELECT count(DISTINCT path) FROM seen") == "1")
      let error = try await database.failure(["R__d.sql": "SELECT pg_sleep(60)"]) {
        $0.execution.statementTimeout = .milliseconds(100)
      }
      #expect(error.failure?.sqlState == "57014", "\(error.message)")
    }
  }

  @Test("a script may begin with what must come before any query, with data, or with nothing")
  func beginnings() async throws {
    try await Self.with { database in
      try await database.migrate([
        "V1__a.sql": """
        SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
        CREATE TABLE t AS SELECT current_setting('transaction_isolation') AS level;
        """,
        "V2__b.sql": "COPY t FROM stdin;\ncopied\n\\.\n", "V3__c.sql": "-- nothing\n",
        "V4__d.sql": "/* V4 */ INSERT INTO t VALUES ('last') -- no end",
      ])
      #expect(try await database.lines("SELECT level FROM t ORDER BY 1") == ["copied", "last", "serializable"])
      #expect(try await database.history().count == 4)
    }
  }

  @Test("callbacks before it run in its transaction, and before it")
  func callbacks() async throws {
    try await Self.with { database in
      let note = "INSERT INTO noted (what, transaction) VALUES"
      try await database.migrate([
        "V1__a.sql": "CREATE TABLE noted (id serial, what text, transaction xid8)"
      ])
      try await database.migrate([
        "V1__a.sql": "CREATE TABLE noted (id serial, what text, transaction xid8)",
        "V2__b.sql": "\(note) ('script', pg_current_xact_id())",
        "beforeEachMigrate.sql": "\(note) ('before', pg_current_xact_id())",
        "beforeEachMigrateStatement.sql": "\(note) ('statement', pg_current_xact_id())",
      ])
      #expect(
        try await database.lines("SELECT what FROM noted ORDER BY id") == ["before", "statement", "script"])
      #expect(try await database.value("SELECT count(DISTINCT transaction) FROM noted") == "1")
    }
  }

  @Test("where a script creates the extension, the next one is run as Citus needs it")
  func extensionCreated() async throws {
    try await Self.with { database in
      try await database.migrate([
        "V1__a.sql": "CREATE EXTENSION citus",
        "V2__b.sql": "CREATE TABLE seen AS SELECT current_setting('citus.multi_shard_modify_mode') AS mode",
      ]) { $0.execution.multiShardMode = .sequential }
      #expect(try await database.value("SELECT mode FROM seen") == "sequential")
    }
  }

  @Test(
    "killed at every message, before it arrives and before its answer does: all is applied exactly once",
    .enabled(if: KilledBinary.missing == nil, "\(KilledBinary.missing ?? "")"), arguments: MessageRelay.Stop.allCases)
  func killed(stop: MessageRelay.Stop) async throws {
    try await Self.with { database in
      var kills = 0
      while try await kill(database, at: kills + 1, stop) { kills += 1 }
      print("killed with SIGKILL \(stop) each of \(kills) messages, without Citus")
      // The record of the second, three of the third, and what ends a run.
      #expect((4...10).contains(kills))
      #expect(try await database.isLockFree())
    }
  }

  private func kill(_ database: CitusDatabase, at number: Int, _ stop: MessageRelay.Stop) async throws -> Bool {
    let schema = "\(stop)_\(number)"
    let binary = try KilledBinary(
      database, schema: schema,
      [
        "V1__t.sql": "CREATE TABLE ledger (what text); INSERT INTO ledger VALUES ('one')",
        "V2__two.sql": "INSERT INTO ledger VALUES ('two'); ALTER TABLE ledger ADD a int",
        "V3__three.sql": "INSERT INTO ledger VALUES ('three'); ALTER TABLE ledger ADD b int",
      ])
    guard let query = try await binary.migrate(killedAt: number, stop, after: "'V2__two.sql'") else { return false }
    let ledger = try await database.value("SELECT string_agg(what, ',') FROM \(schema).ledger")
    #expect(ledger == "one,two,three", "\(stop) \(number): \(query)")
    let history = try await database.value(
      "SELECT string_agg(version || ' ' || success, ',' ORDER BY installed_rank) FROM \(schema).flyway_schema_history WHERE version IS NOT NULL"
    )
    #expect(history == "1 true,2 true,3 true", "\(stop) \(number): \(query)")
    return true
  }
}
