import MigrationCore
import Postgres
import TestSupport
import Testing

@testable import MigrationEngine

@Suite("A step by itself", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct StepRunnerTests {
  // A plan never lets a COMMIT through, unless the script was cut wrongly: this is the net below.
  @Test("a transaction that a statement ended is noticed at once, recorded as failed, and explained")
  func transactionEnded() async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await database.migrate([:])
      let connection = try await database.connect()
      let runner = StepRunner(
        connection: connection,
        history: SchemaHistory(connection: connection, schema: "public", name: "flyway_schema_history"),
        execution: ExecutionSettings(), installedBy: "", isCitus: true, sessionSettings: [("search_path", "public")],
        permit: { () throws(EngineError) in })
      let sql = "CREATE TABLE kept (a int); COMMIT; CREATE TABLE never (a int);"
      let statements = try StatementSplitter.split(sql)
      let step = PlannedStep(script: try Self.script(sql), isTransactional: true, statements: statements)
      let error = await #expect(throws: EngineError.self) { _ = try await runner.run(step, rank: 1) }
      await connection.close()
      #expect(error?.code == .transactionEnded)
      #expect(error?.isTransient == false)
      #expect(error?.failure?.isRolledBack == false)
      #expect(error?.failure?.hint?.contains("installed_rank 1") == true)
      #expect(try await database.history() == ["1|V1__a.sql|f"])
      #expect(try await database.value("SELECT to_regclass('never') IS NULL") == "t")
    }
  }

  @Test(
    "the workers get the timeouts and, unless data is worked through, one command after the other",
    arguments: [
      ("CREATE TABLE t (a int)", ExecutionSettings.MultiShardMode.auto, true),
      ("CREATE INDEX i ON filled (a)", .auto, false), ("UPDATE filled SET a = 1", .auto, false),
      ("UPDATE filled SET a = 1", .sequential, true), ("CREATE TABLE t (a int)", .parallel, false),
    ])
  func preamble(sql: String, mode: ExecutionSettings.MultiShardMode, isSequential: Bool) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let connection = try await database.connect()
      var execution = ExecutionSettings()
      execution.multiShardMode = mode
      execution.statementTimeout = .seconds(90)
      let runner = StepRunner(
        connection: connection, history: SchemaHistory(connection: connection, schema: "public", name: "h"),
        execution: execution, installedBy: "", isCitus: true, sessionSettings: [],
        permit: { () throws(EngineError) in })
      let step = PlannedStep(
        script: try Self.script(sql), isTransactional: true, statements: try StatementSplitter.split(sql))
      let expected = [
        "BEGIN", "SET LOCAL citus.propagate_set_commands = 'local'", "SET LOCAL lock_timeout = '5000ms'",
        "SET LOCAL statement_timeout = '90000ms'",
      ]
      let sequential = ["SET LOCAL citus.multi_shard_modify_mode = 'sequential'"]
      #expect(runner.preamble(for: step) == expected + (isSequential ? sequential : []))
      await connection.close()
    }
  }

  private static func script(_ sql: String) throws -> MigrationScript {
    let set = MigrationSet.resolve(
      [ScriptFile(path: "V1__a.sql", bytes: Array(sql.utf8))], settings: MigrationSettings())
    return try #require(set.versioned.first)
  }
}
