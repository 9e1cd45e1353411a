internal import Logging
internal import MigrationCore
internal import Postgres
internal import Support

extension StepRunner {
  /// Runs one step statement by statement, outside a transaction, or the program that it is: see `AloneRun`.
  func runAlone(_ ranked: RankedStep, _ place: ScriptPlace) async throws(EngineError) -> Outcome {
    let run = AloneRun(self, ranked, place)
    do throws(StepStop) {
      try await run.perform()
    } catch {
      throw await leftOpen(run, error)
    }
    return Outcome(
      milliseconds: ranked.row(since: run.started, success: true).executionTime,
      warnings: place.warnings + sender.takeNotices())
  }

  /// Makes the session what a script outside a transaction starts with.
  func prepareAlone() async throws(StepStop) {
    _ = try await resetSession()
    try await execute(["SET statement_timeout = '\(request.execution.statementTimeout.wholeMilliseconds)ms'"])
  }

  // MARK: Failures

  private func leftOpen(_ run: AloneRun, _ stop: StepStop) async -> EngineError {
    let place = run.place
    if await connection.isInOpenTransaction() { await connection.rollBack() }
    switch stop {
    case .refused(let error): return error
    case .undecided(let undecided): return .undecided(undecided, place, history)
    case .server(let error), .commit(let error): return await failed(run, error)
    case .program(let result):
      if result.ending != .cancelled, place.callback == nil { await markFailed(run) }
      return programFailed(place, result, rank: run.position?.rank)
    // Neither can be: there is no transaction, and nothing looks for local objects.
    case .localOnly, .transactionEnded:
      return EngineError(.migrationFailed, "\(place.step.script.script) failed outside a transaction")
    }
  }

  private func failed(_ run: AloneRun, _ error: PostgresError) async -> EngineError {
    let place = run.place
    let script = place.step.script.script
    guard let rank = run.position?.rank else {
      if let (event, callback, statement) = place.callback {
        return EngineError.callback(callback, event, statement, error, isRolledBack: false)
      }
      guard place.isRecording, error.code == .server else {
        return EngineError(connection: error, while: "recording \(script) before it starts")
      }
      return EngineError(.recordingFailed, "recording \(script) before it starts: \(error.message)", cause: error)
    }
    guard error.code == .server else {
      return EngineError(connection: error, while: "applying \(script), which goes on with the next run")
    }
    if mayGoOn(after: error, place) { return interrupted(place, error) }
    let leftOver = await InvalidIndex.find(place.statement, connection)
    await markFailed(run)
    if let (event, callback, statement) = place.callback {
      return EngineError.callback(callback, event, statement, error, isRolledBack: false)
    }
    return lasting(place, error, leftOver: leftOver, rank: rank)
  }

  // What passes by itself, in a statement that was rolled back or that can be settled.
  private func mayGoOn(after error: PostgresError, _ place: ScriptPlace) -> Bool {
    guard error.judgedByCitus.isTransient || error.isLockFailure else { return false }
    guard place.callback == nil, let statement = place.statement, !place.isRecording else { return true }
    return statement.facts.isAtomic || statement.facts.settling != .ambiguous
  }

  private func interrupted(_ place: ScriptPlace, _ error: PostgresError) -> EngineError {
    let failure = StepFailure(
      step: place.step, statement: place.statement, error: error, isRolledBack: false,
      hint: "the next run goes on with this statement")
    var cause = error.judgedByCitus
    cause.isTransient = true
    return EngineError(
      error.isLockFailure ? .lockTimedOut : .migrationFailed, failure.summary, failure: failure, cause: cause)
  }

  private func lasting(_ place: ScriptPlace, _ error: PostgresError, leftOver: String?, rank: Int) -> EngineError {
    var hints = [error.server?.hint].compactMap(\.self)
    if let leftOver {
      hints.append("index \(leftOver) was left behind, invalid: DROP INDEX CONCURRENTLY IF EXISTS \(leftOver)")
    }
    hints.append(place.statement?.backfill == nil ? nextStep(rank: rank) : backfillStep(rank: rank))
    let failure = StepFailure(
      step: place.step, statement: place.statement, error: error, isRolledBack: false,
      hint: hints.joined(separator: "; "))
    let code: EngineError.Code = place.isRecording ? .recordingFailed : .migrationFailed
    return EngineError(code, failure.summary, failure: failure, cause: error.withoutRetry)
  }

  // From here on the row says what Flyway's says: failed, after so many milliseconds. Where it cannot be written, the
  // next run meets the same failure, or asks.
  private func markFailed(_ run: AloneRun) async {
    guard run.position != nil else { return }
    let row = run.ranked.row(since: run.started, success: false)
    do throws(PostgresError) {
      try await session.becomeOriginalRole()
      _ = try await history.settle(rank: row.installedRank, executionTime: row.executionTime, success: false)
    } catch {
      session.logger.warning(
        "a failed migration could not be marked as such", metadata: ["error": "\(error.message)"])
    }
  }

  private func programFailed(_ place: ScriptPlace, _ result: ProgramResult, rank: Int?) -> EngineError {
    if let (event, callback, _) = place.callback {
      return EngineError.callback(callback, event, result, isRolledBack: false)
    }
    let failure = StepFailure(
      step: place.step, sqlState: nil, message: result.message, hint: rank.map(nextStep), isRolledBack: false)
    return EngineError(.migrationFailed, failure.summary, failure: failure)
  }

  private func backfillStep(rank: Int) -> String {
    let table = SQLText.table(schema: history.schema, name: history.name)
    return
      "the batch was rolled back, those before it are committed and stay; put right what the message says, then DELETE "
      + "FROM \(table) WHERE installed_rank = \(rank) AND NOT success (whimbrel repair does), and it goes on with the rows "
      + "that still match"
  }

  private func nextStep(rank: Int) -> String {
    let table = SQLText.table(schema: history.schema, name: history.name)
    return "it ran outside a transaction: undo what it left behind, then DELETE FROM \(table) WHERE installed_rank = "
      + "\(rank) AND NOT success, and it runs again"
  }
}
