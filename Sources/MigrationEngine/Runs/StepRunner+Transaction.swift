internal import MigrationCore
internal import Postgres
internal import Support

extension StepRunner {
  func runInTransaction(_ step: PlannedStep, rank: Int) async throws(EngineError) -> Outcome {
    let started = ContinuousClock.now
    let place = StatementBox()
    do throws(PostgresError) {
      try await sendStatements(of: step, place)
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
      try await becomeOriginalRole()
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

  private func sendStatements(of step: PlannedStep, _ place: StatementBox) async throws(PostgresError) {
    for statement in preamble(for: step) {
      _ = try await connection.execute(statement)
    }
    for statement in step.statements {
      place.statement = statement
      try await send(statement)
      // Nothing more may run outside: each further statement would commit by itself.
      guard await connection.transactionStatus == .inTransaction else { break }
    }
    place.statement = nil
  }

  // `citus.propagate_set_commands` comes first, so that the timeouts reach the workers: Citus repeats SET LOCAL at the
  // start of each worker's transaction (remote_transaction.c, StartRemoteTransactionBegin).
  func preamble(for step: PlannedStep) -> [String] {
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
      step: step, sqlState: nil,
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
    return EngineError(.migrationFailed, failure.summary, failure: failure, cause: error.judgedByCitus)
  }

  private func rolledBack(_ step: PlannedStep, localOnly notice: Notice) async -> EngineError {
    await rollBack()
    let failure = StepFailure(
      step: step, sqlState: notice.sqlState.rawValue,
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
}
