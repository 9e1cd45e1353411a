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
  /// The search path of every migration: the default schema first, as Flyway sets it.
  let searchPath: String
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
    for statement in [
      "RESET SESSION AUTHORIZATION", "RESET ALL",
      "SELECT pg_catalog.set_config('search_path', \(SQLText.literal(searchPath)), false)",
    ] {
      _ = try await connection.execute(statement)
    }
  }

  // MARK: Transactional

  private func runInTransaction(_ step: PlannedStep, rank: Int) async throws(EngineError) -> Outcome {
    let started = ContinuousClock.now
    let place = PlaceBox()
    do throws(PostgresError) {
      for statement in preamble(for: step) {
        _ = try await connection.execute(statement)
      }
      for statement in step.statements {
        place.statement = statement
        try await send(statement)
      }
      place.statement = nil
    } catch {
      throw await rolledBack(step, place.statement, error)
    }
    let warnings = connection.takeNotices().filter(\.isWarning)
    if let notice = warnings.first(where: \.announcesLocalOnlyObject) {
      throw await rolledBack(step, localOnly: notice)
    }
    guard await connection.transactionStatus == .inTransaction else {
      throw await transactionEnded(step, rank: rank, started: started)
    }
    do throws(EngineError) {
      try permit()
    } catch {
      await connection.close()
      throw error
    }
    do throws(PostgresError) {
      _ = try await connection.execute("RESET SESSION AUTHORIZATION")
      try await history.insert(row(for: step, rank: rank, since: started, success: true))
    } catch {
      throw await rolledBack(step, nil, error)
    }
    do throws(PostgresError) {
      _ = try await connection.execute("COMMIT")
    } catch {
      throw await commitFailed(step, error)
    }
    return Outcome(
      milliseconds: milliseconds(since: started), warnings: warnings + connection.takeNotices().filter(\.isWarning))
  }

  // `citus.propagate_set_commands` comes first, so that the timeouts reach the workers: Citus repeats SET LOCAL at the
  // start of each worker's transaction (remote_transaction.c, StartRemoteTransactionBegin).
  private func preamble(for step: PlannedStep) -> [String] {
    var statements = ["BEGIN"]
    if isCitus {
      statements.append("SET LOCAL citus.propagate_set_commands = 'local'")
    }
    statements.append("SET LOCAL lock_timeout = '\(execution.lockTimeout.wholeMilliseconds)ms'")
    statements.append("SET LOCAL statement_timeout = '\(execution.statementTimeout.wholeMilliseconds)ms'")
    if isCitus, isSequential(step) {
      statements.append("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")
    }
    return statements
  }

  private func isSequential(_ step: PlannedStep) -> Bool {
    switch execution.multiShardMode {
    case .sequential: true
    case .parallel: false
    case .auto: !step.statements.contains(where: \.facts.touchesData)
    }
  }

  private func commitFailed(_ step: PlannedStep, _ error: PostgresError) async -> EngineError {
    if error.server != nil, error.code == .server || error.code == .cancelled {
      return await rolledBack(step, nil, error)
    }
    await connection.close()
    return EngineError(
      .commitUnconfirmed,
      "the connection broke while \(step.script.script) was being committed; the history table tells at the next look "
        + "whether it was applied (\(error.message))", cause: error)
  }

  private func transactionEnded(_ step: PlannedStep, rank: Int, started: ContinuousClock.Instant) async -> EngineError {
    let failure = StepFailure(
      version: step.script.version?.description, script: step.script.script, checksum: step.script.checksum, line: nil, column: nil,
      sqlState: nil,
      message: "the script ended the transaction that it shares with its history row, so part of it is committed",
      hint: "check by hand what it did, finish or undo it, then correct the row with installed_rank \(rank)",
      isRolledBack: false)
    do throws(PostgresError) {
      _ = try await connection.execute("ROLLBACK")
      try await history.insert(row(for: step, rank: rank, since: started, success: false))
    } catch {
      await connection.close()
    }
    return EngineError(.transactionEnded, "\(step.script.script): \(failure.message)", failure: failure)
  }

  // MARK: Non-transactional

  private func runAlone(_ step: PlannedStep, rank: Int) async throws(EngineError) -> Outcome {
    let started = ContinuousClock.now
    try permit()
    let place = PlaceBox()
    var isRecorded = false
    do throws(PostgresError) {
      _ = try await connection.execute(
        "SET statement_timeout = '\(execution.statementTimeout.wholeMilliseconds)ms'")
      try await history.insert(row(for: step, rank: rank, since: started, success: false))
      isRecorded = true
      for statement in step.statements {
        place.statement = statement
        try await send(statement)
      }
      place.statement = nil
      _ = try await connection.execute("RESET SESSION AUTHORIZATION")
      try await history.settle(rank: rank, executionTime: milliseconds(since: started), success: true)
    } catch {
      throw await leftOpen(step, place.statement, error, rank: isRecorded ? rank : nil)
    }
    return Outcome(
      milliseconds: milliseconds(since: started), warnings: connection.takeNotices().filter(\.isWarning))
  }

  private func leftOpen(
    _ step: PlannedStep, _ statement: SQLStatement?, _ error: PostgresError, rank: Int?
  ) async -> EngineError {
    guard let rank else {
      return EngineError(connection: error, while: "recording \(step.script.script) before it starts")
    }
    let left = await leftOver(of: statement)
    let table = SQLText.table(schema: history.schema, name: history.name)
    let failure = StepFailure(
      step: step, statement: statement, error: error, isRolledBack: false,
      hint: [
        error.server?.hint, left,
        "it ran outside a transaction: undo what it left behind, then DELETE FROM \(table) WHERE installed_rank = \(rank) "
          + "AND NOT success, and it runs again",
      ].compactMap(\.self).joined(separator: "; "))
    return EngineError(.migrationFailed, failure.summary, failure: failure, cause: error.withoutRetry)
  }

  // An index built CONCURRENTLY that fails stays behind, invalid, under its name.
  private func leftOver(of statement: SQLStatement?) async -> String? {
    guard let index = statement?.facts.concurrentIndex, let object = index.name else { return nil }
    let name =
      index.schema.map { SQLText.table(schema: $0, name: object.name) } ?? SQLText.identifier(object.name)
    do throws(PostgresError) {
      let result = try await connection.execute(
        """
        SELECT indexrelid::regclass::text AS name FROM pg_catalog.pg_index
        WHERE indexrelid = to_regclass(\(SQLText.literal(name))) AND NOT indisvalid
        """)
      guard let found = result.rows.first?["name"] else { return nil }
      return "index \(found) was left behind, invalid: DROP INDEX CONCURRENTLY \(found)"
    } catch {
      // The connection is gone: what was left behind is looked for at the next run.
      return nil
    }
  }

  // MARK: Both

  private func send(_ statement: SQLStatement) async throws(PostgresError) {
    if let data = statement.copyData {
      _ = try await connection.copyIn(statement.text, data: Array(data))
    } else {
      _ = try await connection.execute(statement.text)
    }
  }

  private func rolledBack(
    _ step: PlannedStep, _ statement: SQLStatement?, _ error: PostgresError
  ) async -> EngineError {
    await rollBack()
    if error.code == .cancelled {
      return EngineError(.cancelled, "\(step.script.script) was cancelled and rolled back", cause: error)
    }
    let failure = StepFailure(step: step, statement: statement, error: error, isRolledBack: true)
    guard error.code == .server else {
      return EngineError(connection: error, while: "applying \(step.script.script), rolled back")
    }
    return EngineError(.migrationFailed, failure.summary, failure: failure, cause: error)
  }

  private func rolledBack(_ step: PlannedStep, localOnly notice: Notice) async -> EngineError {
    await rollBack()
    let failure = StepFailure(
      version: step.script.version?.description, script: step.script.script, checksum: step.script.checksum, line: nil, column: nil,
      sqlState: notice.sqlState.rawValue,
      message: [notice.message, notice.detail].compactMap(\.self).joined(separator: ": "),
      hint: "the object would exist on the coordinator only; distribute what it depends on first "
        + "(create_distributed_table, create_reference_table or citus_add_local_table_to_metadata)",
      isRolledBack: true)
    return EngineError(.localOnlyObjects, failure.summary, failure: failure)
  }

  // In a cancelled task nothing can be sent; closing the connection makes the server roll back.
  private func rollBack() async {
    do throws(PostgresError) {
      _ = try await connection.execute("ROLLBACK")
    } catch {
      await connection.close()
    }
  }

  private func row(
    for step: PlannedStep, rank: Int, since started: ContinuousClock.Instant, success: Bool
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: step.script.version?.description,
      description: HistoryText.description(step.script.description), type: step.script.type.rawValue,
      script: HistoryText.script(step.script.script), checksum: step.script.checksum, installedBy: installedBy,
      installedOn: "", executionTime: milliseconds(since: started), success: success)
  }

  private func milliseconds(since started: ContinuousClock.Instant) -> Int {
    Int((ContinuousClock.now - started).wholeMilliseconds)
  }
}

/// The statement under way: what a `catch` needs to know of the `do` before it.
private final class PlaceBox {
  var statement: SQLStatement?
}
