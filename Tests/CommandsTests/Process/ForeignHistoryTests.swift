import Postgres
import TestSupport
import Testing

/// History tables that are not quite Flyway's own.
@Suite(
  .enabled(if: WhimbrelProcess.missing == nil, Comment(rawValue: WhimbrelProcess.missing ?? "")),
  .timeLimit(.minutes(5)))
struct ForeignHistoryTests {
  private static let scripts = ["V1__a.sql": "CREATE TABLE a (i int);", "V2__b.sql": "CREATE TABLE b (i int);"]
  /// The checksum of `V1__a.sql`.
  private static let row = "'1', 'a', 'SQL', 'V1__a.sql', 45270906, 'x', now(), 1, true"
  /// Flyway's columns behind `installed_rank`.
  private static let columns = """
    description varchar(200) NOT NULL, type varchar(20) NOT NULL, script varchar(1000) NOT NULL, checksum int,
    installed_by varchar(100) NOT NULL, installed_on timestamp NOT NULL DEFAULT now(), execution_time int NOT NULL,
    success boolean NOT NULL
    """

  /// Runs `body` with version 1 applied, and its history as the given statements leave it.
  private func with(
    history: String, _ body: (WhimbrelProcess) async throws -> Void
  ) async throws {
    try await WhimbrelProcess.withDatabase(Self.scripts) { whimbrel in
      let connection = try await whimbrel.connect()
      for statement in ["CREATE TABLE a (i int)"] + history.split(separator: ";").map(String.init) {
        _ = try await connection.execute(statement)
      }
      await connection.close()
      try await body(whimbrel)
    }
  }

  private func rows(_ table: String, _ whimbrel: WhimbrelProcess) async throws -> String? {
    try await whimbrel.value(
      "SELECT string_agg(installed_rank || ' ' || version || ' ' || type, ',' ORDER BY installed_rank) FROM \(table)")
  }

  @Test("columns of others are left alone as long as they need no value")
  func columns() async throws {
    let history = """
      CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), \(Self.columns), team text,
        note int NOT NULL DEFAULT 3);
      INSERT INTO flyway_schema_history VALUES (1, \(Self.row), 'blue', 7)
      """
    try await with(history: history) { whimbrel in
      let run = try await whimbrel.run(["migrate", "validate"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try await rows("flyway_schema_history", whimbrel) == "1 1 SQL,2 2 SQL")
      #expect(try await whimbrel.value("SELECT string_agg(team || note, '') FROM flyway_schema_history") == "blue7")
    }
  }

  @Test(
    "a column that needs a value keeps every migration from running, whether it has a transaction or not",
    arguments: ["CREATE TABLE b (i int);", "CREATE INDEX CONCURRENTLY b ON a (i);"])
  func neededColumn(script: String) async throws {
    let history = """
      CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), \(Self.columns),
        team text NOT NULL);
      INSERT INTO flyway_schema_history VALUES (1, \(Self.row), 'blue')
      """
    try await with(history: history) { whimbrel in
      try whimbrel.write(["V2__b.sql": script])
      let run = try await whimbrel.run(["migrate"])
      #expect(run.status == 1 && run.errors.contains("\"team\""), "\(run.errors)")
      #expect(try await rows("flyway_schema_history", whimbrel) == "1 1 SQL")
      #expect(try await whimbrel.value("SELECT to_regclass('b')") == nil)
    }
  }

  @Test("a column that is not there is named")
  func missingColumn() async throws {
    let history = """
      CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), \(Self.columns));
      ALTER TABLE flyway_schema_history DROP COLUMN success
      """
    try await with(history: history) { whimbrel in
      for verb in ["migrate", "info", "validate", "repair"] {
        let run = try await whimbrel.run([verb])
        #expect(run.status == 1 && run.errors.contains("\"success\""), "\(verb): \(run.errors)")
      }
      #expect(try await whimbrel.value("SELECT to_regclass('b')") == nil)
    }
  }

  @Test("a row of a type that nobody knows is named, and nothing is done to the history")
  func unknownType() async throws {
    let history = """
      CREATE TABLE flyway_schema_history (installed_rank int PRIMARY KEY, version varchar(50), \(Self.columns));
      INSERT INTO flyway_schema_history VALUES (1, \(Self.row));
      INSERT INTO flyway_schema_history VALUES (2, '1.5', 'odd', 'PYTHON', 'V1_5__odd.py', 7, 'x', now(), 1, true)
      """
    try await with(history: history) { whimbrel in
      for verb in ["migrate", "info", "validate", "repair"] {
        let run = try await whimbrel.run([verb])
        #expect(run.status == 1 && run.errors.contains("PYTHON"), "\(verb): \(run.errors)")
      }
      #expect(try await rows("flyway_schema_history", whimbrel) == "1 1 SQL,2 1.5 PYTHON")
      #expect(try await whimbrel.value("SELECT to_regclass('b')") == nil)
    }
  }

  @Test("the table of Flyway 4 goes on under its old name")
  func version4() async throws {
    let history = """
      CREATE TABLE schema_version (installed_rank int PRIMARY KEY, version varchar(50), \(Self.columns));
      INSERT INTO schema_version VALUES (1, \(Self.row))
      """
    try await with(history: history) { whimbrel in
      let run = try await whimbrel.run(["-table=schema_version", "migrate", "validate"])
      #expect(run.status == 0, "\(run.errors)")
      #expect(try await rows("schema_version", whimbrel) == "1 1 SQL,2 2 SQL")
    }
  }

  @Test("the table of Flyway 3 is read, and nothing runs that it cannot record")
  func version3() async throws {
    let history = """
      CREATE TABLE schema_version (version_rank int NOT NULL, installed_rank int NOT NULL,
        version varchar(50) NOT NULL PRIMARY KEY, \(Self.columns));
      INSERT INTO schema_version VALUES (1, 1, \(Self.row))
      """
    try await with(history: history) { whimbrel in
      let info = try await whimbrel.run(["-table=schema_version", "info"])
      #expect(info.status == 0 && info.output.contains("Success") && info.output.contains("Pending"), "\(info.output)")
      let run = try await whimbrel.run(["-table=schema_version", "migrate"])
      #expect(run.status == 1 && run.errors.contains("version_rank"), "\(run.errors)")
      #expect(try await rows("schema_version", whimbrel) == "1 1 SQL")
      #expect(try await whimbrel.value("SELECT to_regclass('b')") == nil)
      // Under the new name there is no history, and the tables are there.
      let other = try await whimbrel.run(["migrate"])
      #expect(other.status == 1 && other.errors.contains("flyway_schema_history"), "\(other.errors)")
      #expect(try await whimbrel.value("SELECT to_regclass('b')") == nil)
    }
  }
}
