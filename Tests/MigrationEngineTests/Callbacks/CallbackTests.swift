import MigrationCore
import MigrationEngine
import Postgres
import TestSupport
import Testing

@Suite("Callbacks", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct CallbackTests {
  private static let setup = "CREATE SCHEMA cbx; CREATE TABLE cbx.cb (n serial, e text)"

  private static func writing(_ text: String) -> String { "INSERT INTO cbx.cb (e) VALUES ('\(text)');" }

  private static func files(_ events: [String], _ others: [(String, String)]) -> [ScriptFile] {
    (events.map { ("\($0).sql", writing($0)) } + others).map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }
  }

  private func log(_ database: CitusDatabase) async throws -> String {
    let text = try await database.value("SELECT coalesce(string_agg(e, ' ' ORDER BY n), '') FROM cbx.cb") ?? ""
    try await database.run("TRUNCATE cbx.cb")
    return text
  }

  private func request(
    _ files: [ScriptFile], _ settings: MigrationSettings = .with { $0.baselineOnMigrate = true }
  ) -> RunRequest {
    RunRequest(scripts: .resolve(files, settings: settings), settings: settings, execution: ExecutionSettings())
  }

  // Recorded from Flyway 13.0.0 (case callbacks_v_only_r_only).
  @Test("events come in Flyway's order, with versioned, repeatable, failing and no migrations")
  func order() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run(Self.setup)
      let events = [
        "beforeMigrate", "beforeEachMigrate", "afterEachMigrate", "afterMigrate", "afterMigrateApplied",
        "afterVersioned", "beforeRepeatables", "afterMigrateError", "afterEachMigrateError",
      ]
      var others = [("V1__a.sql", "CREATE TABLE a (id int);")]
      _ = try await database.migrate(request(Self.files(events, others)))
      #expect(
        try await log(database)
          == "beforeMigrate beforeEachMigrate afterEachMigrate afterVersioned afterMigrateApplied afterMigrate")
      others.append(("R__r.sql", Self.writing("-R-")))
      _ = try await database.migrate(request(Self.files(events, others)))
      #expect(
        try await log(database)
          == "beforeMigrate afterVersioned beforeRepeatables beforeEachMigrate -R- afterEachMigrate afterMigrateApplied afterMigrate"
      )
      _ = try await database.migrate(request(Self.files(events, others)))
      #expect(try await log(database) == "beforeMigrate afterVersioned afterMigrate")
      others.append(("V2__b.sql", "VACUUM nope;"))
      await #expect(throws: EngineError.self) { _ = try await database.migrate(request(Self.files(events, others))) }
      #expect(
        try await log(database) == "beforeMigrate beforeEachMigrate afterEachMigrateError afterMigrateError")
      #expect(try await database.history() == ["1|V1__a.sql|t", "SQL|R__r.sql|t", "2|V2__b.sql|f"])
    }
  }

  @Test("the events of validation, schemas, statements and connections fire in their places")
  func otherEvents() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run(Self.setup)
      let events = CallbackEvent.allCases.map(\.rawValue).filter { $0 != "beforeConnect" }
      let files = Self.files(events, [("V1__a.sql", "CREATE TABLE a (id int); \(Self.writing("-V-"))")])
      _ = try await database.migrate(request(files))
      #expect(
        try await log(database)
          == "afterConnect beforeValidate afterValidate createSchema beforeCreateSchema beforeMigrate beforeEachMigrate "
          + "beforeEachMigrateStatement afterEachMigrateStatement beforeEachMigrateStatement -V- "
          + "afterEachMigrateStatement afterEachMigrate afterVersioned afterMigrateApplied afterMigrate "
          + "afterMigrateOperationFinish")
      _ = try await database.info(request(files))
      #expect(try await log(database) == "afterConnect beforeInfo afterInfo afterInfoOperationFinish")
      #expect(try await database.validate(request(files)).isSuccessful)
      #expect(try await log(database) == "afterConnect beforeValidate afterValidate")
      let changed = Self.files(events, [("V1__a.sql", "SELECT 2")])
      #expect(try await database.validate(request(changed)).flywayErrorCode == "VALIDATE_ERROR")
      #expect(try await log(database) == "afterConnect beforeValidate afterValidateError")
      _ = try await database.repair(request(changed))
      #expect(try await log(database) == "afterConnect beforeRepair afterRepair")
      await #expect(throws: EngineError.self) { _ = try await database.baseline(request(files)) }
      #expect(
        try await log(database)
          == "afterConnect createSchema beforeCreateSchema beforeBaseline afterBaselineError")
    }
  }

  @Test(
    "one that fails before or after a migration takes the migration with it",
    arguments: ["beforeMigrate", "beforeEachMigrate", "beforeEachMigrateStatement", "afterEachMigrate"])
  func failing(event: String) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = ["V1__a.sql": "CREATE TABLE a (id int);", "\(event).sql": "SELECT 1;\nSELECT 1/0;"]
      let error = try await database.failure(files)
      #expect(error.code == .callbackFailed)
      #expect(error.flywayErrorCode == "DB_CONNECTION")
      #expect(error.failure?.script == "\(event).sql")
      #expect(error.failure?.line == 2)
      #expect(error.sqlState == "22012")
      #expect(try await database.history() == [])
      #expect(try await database.value("SELECT to_regclass('a') IS NULL") == "t")
    }
  }

  @Test("those that tell of a failure run after the rollback and never hide it")
  func errorHidden() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run(Self.setup)
      let events = Events()
      let error = try await database.failure(
        [
          "V1__a.sql": "CREATE TABLE a (id int); SELECT * FROM nope;",
          "afterEachMigrateStatementError.sql": Self.writing("statement"),
          "afterEachMigrateError.sql": "SELECT 1/0;", "afterMigrateError.sql": Self.writing("migrate"),
        ], settings: .with { $0.baselineOnMigrate = true }
      ) { $0.report = events.take }
      #expect(error.code == .migrationFailed)
      #expect(error.sqlState == "42P01")
      #expect(error.flywayErrorCode == "ERROR")
      #expect(error.flywayResultCode == "FAILED_VERSIONED_MIGRATION")
      #expect(try await log(database) == "statement migrate")
      #expect(events.all.contains("callback failed afterEachMigrateError afterEachMigrateError.sql"))
    }
  }

  @Test("role and search path are as at the start for each; an own transaction rolls back as a whole")
  func sessions() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run(Self.setup)
      let error = try await database.failure(
        [
          "beforeMigrate__a.sql": "SET search_path = cbx; INSERT INTO cb (e) VALUES ('a');",
          "beforeMigrate__b.sql": "CREATE TABLE b (id int);",
          "afterMigrate.sql": "\(Self.writing("gone")) SELECT 1/0;", "V1__a.sql": "CREATE TABLE a (id int);",
        ], settings: .with { $0.baselineOnMigrate = true })
      #expect(error.failure?.script == "afterMigrate.sql")
      #expect(error.failure?.isRolledBack == true)
      #expect(try await log(database) == "a")
      #expect(try await database.value("SELECT to_regclass('public.b') IS NOT NULL") == "t")
      #expect(try await database.history() == ["1|V1__a.sql|t"])
    }
  }

  @Test("a callback that cannot run in a transaction runs without one")
  func vacuum() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate(["V1__a.sql": "CREATE TABLE a (id int);", "afterMigrate.sql": "VACUUM a;"])
      #expect(try await database.history() == ["1|V1__a.sql|t"])
    }
  }
}
