internal import MigrationCore
internal import Postgres
internal import Support

/// Runs one migration and records it.
///
/// A transactional migration and its history row commit together. A non-transactional one is recorded as failed before
/// it starts and settled after it ends, so that a crash in between is seen.
struct StepRunner {
  let connection: PostgresConnection
  let history: SchemaHistory
  let execution: ExecutionSettings
  let installedBy: String
  let isCitus: Bool
  /// What every migration starts with: the search path of Flyway, and what the connection had set for itself.
  let sessionSettings: [(name: String, value: String)]
  /// Asked right before each commit; throws when the right to apply has been lost.
  let permit: @Sendable () throws(EngineError) -> Void

  /// What a migration left behind besides its effects.
  struct Outcome {
    let milliseconds: Int
    let warnings: [Notice]
  }

  /// Runs the migration once.
  /// - Throws: `migrationFailed` and its like with the place in the script; `isLockFailure` tells what may be retried.
  func run(_ step: PlannedStep, rank: Int) async throws(EngineError) -> Outcome {
    do throws(PostgresError) {
      try await resetSession()
    } catch {
      throw EngineError(connection: error, while: "preparing the session for \(step.script.script)")
    }
    _ = connection.takeNotices()
    return step.isTransactional ? try await runInTransaction(step, rank: rank) : try await runAlone(step, rank: rank)
  }

  // What an earlier migration set for its session must not reach this one.
  private func resetSession() async throws(PostgresError) {
    try await becomeOriginalRole()
    _ = try await connection.execute("RESET ALL")
    let settings = sessionSettings.map { setting in
      "pg_catalog.set_config(\(SQLText.literal(setting.name)), \(SQLText.literal(setting.value)), false)"
    }
    _ = try await connection.execute("SELECT \(settings.joined(separator: ", "))")
  }

  /// Takes back what the script did by `SET ROLE` and `SET SESSION AUTHORIZATION`; `RESET ROLE` restores the role of
  /// `ALTER ROLE ... SET role`, which the statement before it drops.
  func becomeOriginalRole() async throws(PostgresError) {
    _ = try await connection.execute("RESET SESSION AUTHORIZATION")
    _ = try await connection.execute("RESET ROLE")
  }

  /// Sends one statement, with its data where it has some.
  func send(_ statement: SQLStatement) async throws(PostgresError) {
    if let data = statement.copyData {
      _ = try await connection.copyIn(statement.text, data: Array(data))
    } else {
      _ = try await connection.execute(statement.text)
    }
  }

  /// The history row of a step, as of now.
  func row(
    for step: PlannedStep, rank: Int, since started: ContinuousClock.Instant, success: Bool
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: step.script.version?.description,
      description: HistoryText.description(step.script.description), type: step.script.type.rawValue,
      script: HistoryText.script(step.script.script), checksum: step.script.checksum, installedBy: installedBy,
      installedOn: "", executionTime: milliseconds(since: started), success: success)
  }

  func milliseconds(since started: ContinuousClock.Instant) -> Int {
    Int((ContinuousClock.now - started).wholeMilliseconds)
  }
}

/// The statement under way: what a `catch` needs to know of the `do` before it.
final class StatementBox {
  var statement: SQLStatement?
}
