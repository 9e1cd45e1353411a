internal import MigrationCore
internal import Postgres
internal import Support

extension StepRunner {
  /// Runs one step statement by statement, outside a transaction, or the program that it is.
  ///
  /// Where the connection breaks it is found out over a new one what became of the statement: see `Settlement`.
  func runAlone(_ ranked: RankedStep, _ place: ScriptPlace) async throws(EngineError) -> Outcome {
    let started = ContinuousClock.now
    var isRecorded = false
    do throws(StepStop) {
      try askPermit()
      try await prepareAlone()
      try await fire(events.before, place)
      place.isRecording = true
      try await insertOnce(ranked.row(since: started, success: false))
      (isRecorded, place.isRecording) = (true, false)
      try await runProgram(of: ranked.step)
      try await sendStatements(of: ranked.step, place) { (index, statement) throws(StepStop) in
        let earlier = ranked.step.statements.prefix(index)
        place.warnings += try await settledSend(statement, earlier: Array(earlier), ranked)
      }
      try await fire(events.after, place)
      // What a script has begun by itself and not ended.
      if await connection.isInTransaction() { try await execute(["COMMIT"]) }
      place.isRecording = true
      try await settleRow(ranked, since: started)
    } catch {
      throw await leftOpen(place, error, rank: isRecorded ? ranked.row.installedRank : nil)
    }
    return Outcome(
      milliseconds: ranked.row(since: started, success: true).executionTime,
      warnings: place.warnings + sender.takeNotices())
  }

  /// Makes the session what a script outside a transaction starts with.
  func prepareAlone() async throws(StepStop) {
    _ = try await resetSession()
    try await execute(["SET statement_timeout = '\(request.execution.statementTimeout.wholeMilliseconds)ms'"])
  }

  // Both statements may be sent again over a new connection, whatever became of them before.
  private func insertOnce(_ row: HistoryRow) async throws(StepStop) {
    do throws(PostgresError) {
      try await history.insert(row)
    } catch {
      guard error.code == .connectionLost else { throw .server(error) }
      try await Recovery(runner: self, cause: error).perform(replaying: [])
      do throws(PostgresError) {
        guard try await !history.contains(row) else { return }
        try await history.insert(row)
      } catch {
        throw .server(error)
      }
    }
  }

  private func settleRow(_ ranked: RankedStep, since started: ContinuousClock.Instant) async throws(StepStop) {
    let row = ranked.row(since: started, success: true)
    do throws(PostgresError) {
      try await session.becomeOriginalRole()
      try await history.settle(rank: row.installedRank, executionTime: row.executionTime, success: true)
    } catch {
      guard error.code == .connectionLost else { throw .server(error) }
      request.report(.settling(ranked.step, message: error.message))
      try await Recovery(runner: self, cause: error).perform(replaying: [])
      do throws(PostgresError) {
        try await history.settle(rank: row.installedRank, executionTime: row.executionTime, success: true)
      } catch {
        throw .server(error)
      }
    }
  }

  // MARK: Failures

  private func leftOpen(_ place: ScriptPlace, _ stop: StepStop, rank: Int?) async -> EngineError {
    let script = place.step.script.script
    if await connection.isInOpenTransaction() { await connection.rollBack() }
    switch stop {
    case .refused(let error): return error
    case .server(let error), .unsettled(let error, _, _):
      if let (event, callback, statement) = place.callback {
        return EngineError.callback(callback, event, statement, error, isRolledBack: false)
      }
      guard let rank else {
        guard place.isRecording, error.code == .server else {
          return EngineError(connection: error, while: "recording \(script) before it starts")
        }
        return EngineError(.recordingFailed, "recording \(script) before it starts: \(error.message)", cause: error)
      }
      return await failed(place, stop, error, rank: rank)
    case .program(let result): return programFailed(place, result, rank: rank)
    // Neither can be: there is no transaction, and nothing looks for local objects.
    case .localOnly, .transactionEnded: return EngineError(.migrationFailed, "\(script) failed outside a transaction")
    }
  }

  private func failed(
    _ place: ScriptPlace, _ stop: StepStop, _ error: PostgresError, rank: Int
  ) async -> EngineError {
    var hints = [error.server?.hint].compactMap(\.self)
    var commands: [String] = []
    if case .unsettled(_, let finding, let named) = stop {
      hints.append(finding)
      commands = named
    } else if let index = await InvalidIndex.find(place.statement, connection) {
      hints.append("index \(index) was left behind, invalid: DROP INDEX CONCURRENTLY \(index)")
    }
    if !commands.isEmpty { hints.append(commands.joined(separator: "; ")) }
    hints.append(nextStep(rank: rank))
    let failure = StepFailure(
      step: place.step, statement: place.statement, error: error, isRolledBack: false,
      hint: hints.joined(separator: "; "))
    let code: EngineError.Code = place.isRecording ? .recordingFailed : .migrationFailed
    return EngineError(code, failure.summary, failure: failure, cause: error.withoutRetry)
  }

  private func programFailed(_ place: ScriptPlace, _ result: ProgramResult, rank: Int?) -> EngineError {
    if let (event, callback, _) = place.callback {
      return EngineError.callback(callback, event, result, isRolledBack: false)
    }
    let failure = StepFailure(
      step: place.step, sqlState: nil, message: result.message, hint: rank.map(nextStep), isRolledBack: false)
    return EngineError(.migrationFailed, failure.summary, failure: failure)
  }

  private func nextStep(rank: Int) -> String {
    let table = SQLText.table(schema: history.schema, name: history.name)
    return "it ran outside a transaction: undo what it left behind, then DELETE FROM \(table) WHERE installed_rank = "
      + "\(rank) AND NOT success, and it runs again"
  }
}
