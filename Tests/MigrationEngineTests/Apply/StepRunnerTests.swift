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
      let session = try await database.open()
      let sql = "CREATE TABLE kept (a int); COMMIT; CREATE TABLE never (a int);"
      let statements = try StatementSplitter.split(sql)
      let step = PlannedStep(script: try Self.script(sql), isTransactional: true, statements: statements)
      let runner = try Self.runner(session)
      let ranked = RankedStep(step, rank: 1, installedBy: "")
      var readiness: StepRunner.Readiness?
      let error = await #expect(throws: EngineError.self) { _ = try await runner.apply([ranked], &readiness) }
      await session.close()
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
      let session = try await database.open()
      let runner = try Self.runner(session) {
        $0.multiShardMode = mode
        $0.statementTimeout = .seconds(90)
      }
      let step = PlannedStep(
        script: try Self.script(sql), isTransactional: true, statements: try StatementSplitter.split(sql))
      #expect(runner.isSequential([step]) == isSequential)
      let expected = [
        "SET LOCAL citus.propagate_set_commands = 'local'", "SET LOCAL lock_timeout = '5000ms'",
        "SET LOCAL statement_timeout = '90000ms'",
      ]
      let sequential = ["SET LOCAL citus.multi_shard_modify_mode = 'sequential'"]
      let sent = MigrationSession.transactionSettings(
        runner.request.execution, isCitus: true, isSequential: isSequential)
      #expect(sent == expected + (isSequential ? sequential : []))
      // Citus repeats on the workers the whole message in which something is set.
      let messages = MigrationSession.transactionStart(
        runner.request.execution, isCitus: true, isSequential: isSequential)
      #expect(messages == [["BEGIN"], sent])
      await session.close()
    }
  }

  private static func runner(
    _ session: MigrationSession, _ configure: (inout ExecutionSettings) -> Void = { _ in }
  ) throws -> StepRunner {
    var request = RunRequest(scripts: MigrationSet(), settings: .tests, execution: ExecutionSettings())
    configure(&request.execution)
    let history = session.schemaHistory(request.settings)
    return StepRunner(
      session: session, request: request, history: history,
      lock: AdvisoryLock(connection: session.connection, key: history.lockKey),
      callbacks: try CallbackRunner(session, request, events: []), events: .migrate)
  }

  private static func script(_ sql: String) throws -> MigrationScript {
    let set = MigrationSet.resolve(
      [ScriptFile(path: "V1__a.sql", bytes: Array(sql.utf8))], settings: MigrationSettings())
    return try #require(set.versioned.first)
  }
}
