import MigrationCore
import MigrationEngine
import TestSupport
import Testing

@Suite(
  "Groups and skipped migrations", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct GroupTests {
  private static let group = MigrationSettings.with { $0.group = true }

  @Test("a group is applied and recorded as a whole or not at all")
  func group() async throws {
    try await CitusCluster.shared().withDatabase { database in
      let events = Events()
      let error = try await database.failure(
        [
          "V1__a.sql": "CREATE TABLE a (id int); SET search_path = pg_catalog;",
          "V2__b.sql": "CREATE TABLE b (id int);",
          "V3__bad.sql": "SELECT 1/0;", "R__r.sql": "SELECT 1;",
        ], settings: Self.group
      ) { $0.report = events.take }
      #expect(error.failure?.script == "V3__bad.sql")
      #expect(error.failure?.isRolledBack == true)
      #expect(try await database.history() == [])
      #expect(try await database.value("SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL") == "t")
      #expect(!events.all.contains { $0.hasPrefix("applied") })
      let summary = try await database.migrate(
        [
          "V1__a.sql": "CREATE TABLE a (id int); SET search_path = pg_catalog;",
          "V2__b.sql": "CREATE TABLE b (id int);",
          "R__r.sql": "SELECT 1;",
          "afterVersioned.sql": "CREATE TABLE seen AS SELECT count(*) AS n FROM flyway_schema_history",
        ], settings: Self.group)
      #expect(summary.steps.map(\.script.script) == ["V1__a.sql", "V2__b.sql", "R__r.sql"])
      #expect(summary.targetVersion == "2")
      #expect(try await database.history() == ["1|V1__a.sql|t", "2|V2__b.sql|t", "SQL|R__r.sql|t"])
      #expect(try await database.value("SELECT n FROM seen") == "2")
    }
  }

  @Test("a mixed group runs without a transaction, step by step")
  func mixed() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let files: Files = ["V1__a.sql": "CREATE TABLE a (id int);", "V2__v.sql": "VACUUM a;", "V3__c.sql": "SELECT 1"]
      let error = try await database.failure(files, settings: Self.group)
      #expect(error.code == .validationFailed)
      #expect(try await database.history() == [])
      try await database.migrate(files, settings: .with { ($0.group, $0.mixed) = (true, true) })
      #expect(try await database.history() == ["1|V1__a.sql|t", "2|V2__v.sql|t", "3|V3__c.sql|t"])
    }
  }

  @Test("skipped migrations are recorded and not run, whatever is in the schema", arguments: [false, true])
  func skipped(isGrouped: Bool) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.run("CREATE TABLE legacy (i int)")
      try await database.migrate(
        [
          "V1__a.sql": "CREATE TABLE a (id int)", "V2__v.sql": "VACUUM",
          "beforeEachMigrate.sql": "CREATE TABLE never (i int)",
        ], settings: .with { ($0.skipExecutingMigrations, $0.group) = (true, isGrouped) })
      #expect(try await database.history() == ["1|V1__a.sql|t", "2|V2__v.sql|t"])
      #expect(try await database.value("SELECT to_regclass('a') IS NULL AND to_regclass('never') IS NULL") == "t")
    }
  }

  @Test("each statement is told of, with its place, its time, its notices and its rows")
  func statements() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let events = Events()
      try await database.migrate([
        "V1__s.sql":
          "SELECT pg_sleep(0.02); DO $$ BEGIN RAISE NOTICE 'hello'; RAISE WARNING 'careful'; END $$; SELECT 7 AS n, NULL AS x;"
      ]) { $0.report = events.take }
      let told = events.events.compactMap { event -> String? in
        switch event {
        case .statement(_, let index, let count, nil): "\(index)/\(count)"
        case .statement(_, 1, _, let time?): time >= 20 ? "slow" : "fast \(time)"
        case .notice(let severity, let message, let state): "\(severity) \(message) \(state)"
        case .resultTable(let table): "\(table.columns) \(table.rows) \(table.count)"
        default: nil
        }
      }
      #expect(
        told == [
          "1/3", #"["pg_sleep"] [[Optional("")]] 1"#, "slow", "2/3", "NOTICE hello 00000", "WARNING careful 01000",
          "3/3", #"["n", "x"] [[Optional("7"), nil]] 1"#,
        ])
    }
  }
}
