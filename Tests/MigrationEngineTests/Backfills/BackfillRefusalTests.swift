import MigrationCore
import MigrationEngine
import TestSupport
import Testing

@Suite(
  "Backfills that cannot be done", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct BackfillRefusalTests {
  @Test(
    "what a directive cannot be done to is told with the place",
    arguments: [
      ("none", "there is no table none"), ("pg_catalog.pg_tables", "pg_catalog.pg_tables is no table that holds rows"),
      ("t key=n", "key=n names no unique columns"),
    ])
  func refused(table: String, message: String) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let error = try await database.failure([
        "V1__t.sql": "CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0, done boolean DEFAULT false)",
        "V2__b.sql": #"-- whimbrel: backfill table=\#(table) set="n = n + 1, done = true" where="NOT done" batch=10"#,
      ])
      #expect(error.message.contains("V2__b.sql:1:1: \(message)"), "\(error.message)")
      #expect(!error.isTransient)
    }
  }

  @Test(
    "what set and where get wrong fails also where there is no row",
    arguments: [
      ("m = 1", "NOT done", "42703"), ("n = DATE '2026-01-01'", "NOT done", "42804"), ("n = 1", "nothing", "42703"),
    ])
  func mistaken(set: String, condition: String, sqlState: String) async throws {
    try await CitusCluster.shared().withDatabase { database in
      let error = try await database.failure([
        "V1__t.sql": """
        CREATE TABLE t (id int PRIMARY KEY, n int, done boolean);
        SELECT create_distributed_table('t', 'id', shard_count := 4);
        """, "V2__b.sql": #"-- whimbrel: backfill table=t set="\#(set)" where="\#(condition)" batch=5"#,
      ])
      #expect(error.failure?.sqlState == sqlState, "\(error.message)")
      #expect(error.failure?.line == 1 && error.failure?.column == 1)
    }
  }

  @Test("a bad directive is found before anything runs, and by validate")
  func checkedFirst() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let error = try await database.failure([
        "V1__t.sql": "CREATE TABLE t (id int)", "V2__b.sql": "-- whimbrel: backfill table=t",
      ]) { $0.scriptCheck = .oneByOne }
      #expect(error.code == .validationFailed && error.problems.map(\.code) == [.invalidBackfill])
      #expect(try await database.history().isEmpty)
      let session = try await database.open()
      let request = RunRequest(
        scripts: .resolve(
          [ScriptFile(path: "V2__b.sql", bytes: Array("-- whimbrel: backfill table=t".utf8))], settings: .tests),
        settings: .tests, execution: ExecutionSettings())
      let refusal = await #expect(throws: EngineError.self) { try await session.validate(request) }
      #expect(refusal?.problems.map(\.code) == [.invalidBackfill])
      await session.close()
    }
  }
}
