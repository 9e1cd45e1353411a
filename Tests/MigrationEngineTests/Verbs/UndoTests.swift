import MigrationCore
import MigrationEngine
import TestSupport
import Testing

@Suite("Undo", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct UndoTests {
  private static let files: Files = [
    "V1__a.sql": "CREATE TABLE a (id int);", "U1__a.sql": "DROP TABLE a;", "V2__b.sql": "CREATE TABLE b (id int);",
    "U2__b.sql": "DROP TABLE b;", "V3__c.sql": "CREATE TABLE c (id int);", "U3__c.sql": "DROP TABLE c;",
  ]

  @Test("the last version is undone, by its file, and can be applied again")
  func last() async throws {
    try await CitusCluster.shared().withDatabase { database in
      try await database.migrate(Self.files)
      let events = Events()
      let summary = try await database.undo(database.request(Self.files) { $0.report = events.take })
      #expect(summary.steps.map(\.script.script) == ["U3__c.sql"])
      #expect(summary.initialVersion == "3")
      #expect(summary.targetVersion == "2")
      #expect(events.all == ["undoing 1", "started U3__c.sql", "applied U3__c.sql"])
      #expect(try await database.value("SELECT to_regclass('c') IS NULL") == "t")
      #expect(
        try await database.lines("SELECT version, type FROM flyway_schema_history WHERE installed_rank = 4") == [
          "3|DELETE"
        ])
      #expect(try await database.migrate(Self.files).steps.map(\.script.script) == ["V3__c.sql"])
      #expect(try await database.value("SELECT to_regclass('c') IS NOT NULL") == "t")
    }
  }

  @Test("with a target all down to it, in one transaction if they are a group")
  func target() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(Self.files)
      let two = try MigrationVersion("2")
      let settings = MigrationSettings.with {
        $0.target = .version(two, mustExist: true)
        $0.group = true
      }
      let summary = try await database.undo(database.request(Self.files, settings))
      #expect(summary.steps.map(\.script.script) == ["U3__c.sql", "U2__b.sql"])
      #expect(try await database.value("SELECT to_regclass('a') IS NOT NULL AND to_regclass('b') IS NULL") == "t")
    }
  }

  @Test("without an undo file nothing happens, and the reason is said; with nothing applied nothing is to be done")
  func missing() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = ["V1__a.sql": "CREATE TABLE a (id int)"]
      #expect(try await database.undo(database.request(Self.files)).applied == 0)
      try await database.migrate(files)
      let error = await #expect(throws: EngineError.self) { try await database.undo(database.request(files)) }
      #expect(error?.problems.first?.code == .noUndo)
      #expect(try await database.history() == ["1|V1__a.sql|t"])
    }
  }

  @Test("its callbacks fire around it; a failure rolls back and is told")
  func callbacks() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("CREATE SCHEMA cbx; CREATE TABLE cbx.cb (n serial, e text)")
      let events = CallbackEvent.ofUndo.filter { $0 != .beforeConnect }.map { event in
        ("\(event.rawValue).sql", "INSERT INTO cbx.cb (e) VALUES ('\(event.rawValue)')")
      }
      func request(_ undo: String) -> RunRequest {
        let files = events + [("V1__a.sql", "CREATE TABLE a (id int)"), ("U1__a.sql", undo)]
        let scripts = files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }
        return RunRequest(
          scripts: .resolve(scripts, settings: .tests), settings: .tests, execution: ExecutionSettings())
      }
      _ = try await database.migrate(request("SELECT 1"))
      try await database.run("TRUNCATE cbx.cb")
      await #expect(throws: EngineError.self) { try await database.undo(request("DROP TABLE a; SELECT 1/0")) }
      let log = "SELECT string_agg(e, ' ' ORDER BY n) FROM cbx.cb"
      #expect(
        try await database.value(log)
          == "afterConnect beforeUndo afterEachUndoStatementError afterEachUndoError afterUndoError")
      try await database.run("TRUNCATE cbx.cb")
      _ = try await database.undo(request("DROP TABLE a"))
      #expect(
        try await database.value(log)
          == "afterConnect beforeUndo beforeEachUndo beforeEachUndoStatement afterEachUndoStatement afterEachUndo afterUndo"
      )
    }
  }
}
