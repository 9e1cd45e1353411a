internal import MigrationCore
internal import Postgres
internal import Support

extension StepRunner {
  /// Runs steps in one transaction, which holds their history rows too.
  func runInTransaction(
    _ steps: [RankedStep], _ place: ScriptPlace, _ found: Readiness?, leaving readiness: inout Readiness?
  ) async throws(EngineError) -> [Outcome] {
    var outcomes: [Outcome] = []
    var isCitus = found?.isCitus
    do throws(StepStop) {
      for (index, ranked) in steps.enumerated() {
        place.step = ranked.step
        let started = ContinuousClock.now
        (place.warnings, place.isRecording) = ([], false)
        isCitus = try await perform(ranked, place, isFirst: index == 0, all: steps, isCitus: isCitus)
        try askPermit()
        place.isRecording = true
        let row = ranked.row(since: started, success: true)
        readiness = try await record(row, isCitus: isCitus == true, isLast: index == steps.count - 1)
        outcomes.append(Outcome(milliseconds: row.executionTime, warnings: place.warnings))
      }
    } catch {
      throw await failure(error, place, steps)
    }
    let late = sender.takeNotices()
    guard !late.isEmpty, let last = outcomes.popLast() else { return outcomes }
    return outcomes + [Outcome(milliseconds: last.milliseconds, warnings: last.warnings + late)]
  }

  private func perform(
    _ ranked: RankedStep, _ place: ScriptPlace, isFirst: Bool, all steps: [RankedStep], isCitus known: Bool?
  ) async throws(StepStop) -> Bool {
    if !isFirst {
      request.report(.started(ranked.step))
      for event in ranked.preceding { try await fire(event, place) }
    }
    let isCitus: Bool
    if isFirst, let known {
      isCitus = known
    } else {
      isCitus = try await resetSession(isCitusTransaction: known == true)
    }
    let isSequential = isSequential(steps.map(\.step))
    if isFirst {
      try await request.trace?.start(on: connection)
      let messages = MigrationSession.transactionStart(
        request.execution, isCitus: isCitus, isSequential: isSequential)
      if opensWithStatement(ranked.step, isCitus: isCitus) {
        place.opening = messages.flatMap(\.self)
      } else {
        for message in messages { try await execute(message) }
      }
    } else {
      try await execute(
        MigrationSession.transactionSettings(request.execution, isCitus: isCitus, isSequential: isSequential))
    }
    if !ranked.step.isSkipped { try await runScript(ranked.step, place) }
    if let notice = place.warnings.first(where: \.announcesLocalOnlyObject) { throw .localOnly(notice) }
    return isCitus
  }

  // Behind the last row comes the commit, and behind that what the next script needs, all in one message: with a network
  // between, each costs as long as a short migration. How many statements were answered tells where it failed.
  private func record(_ row: HistoryRow, isCitus: Bool, isLast: Bool) async throws(StepStop) -> Readiness? {
    let recording =
      MigrationSession.keepingFromWorkers(isCitus: isCitus) + session.takingOriginalRole + [history.insertion(of: row)]
    guard isLast else {
      try await execute(recording)
      return nil
    }
    let preparation = session.preparation(request.settings, asking: [lock.confirmation])
    do throws(PostgresError) {
      let result = try await connection.execute(
        (recording + ["COMMIT"] + preparation).joined(separator: "; "))
      let answer = result.rows.first
      return Readiness(isCitus: answer?["citus"] == "t", isLocked: answer?["locked"] == "t")
    } catch {
      // Committed. What is wrong with the session shows as soon as it is used.
      if error.completed > recording.count { return nil }
      let isBeforeCommit = error.completed < recording.count && error.server != nil && error.code != .connectionLost
      // Without a word of the server's, it was cancelled before it was sent.
      let isUnsent = error.code == .cancelled && error.server == nil
      throw isBeforeCommit || isUnsent ? .server(error) : .commit(error)
    }
  }

  private func runScript(_ step: PlannedStep, _ place: ScriptPlace) async throws(StepStop) {
    try await fire(events.before, place)
    try await sendStatements(of: step, place) { (_, statement) throws(StepStop) in
      do throws(PostgresError) {
        let opening = place.opening
        place.opening = []
        place.warnings += try await sender.send(statement, after: opening)
      } catch {
        throw .server(error)
      }
      // Nothing more may run outside: each further statement would commit by itself.
      guard await connection.isInTransaction() else { throw .transactionEnded }
    }
    try await fire(events.after, place)
    guard await connection.isInTransaction() else { throw .transactionEnded }
  }

  // Where nothing comes between, the first statement goes in the message that begins the transaction. Not with Citus, which
  // would repeat the message on its workers.
  private func opensWithStatement(_ step: PlannedStep, isCitus: Bool) -> Bool {
    guard !isCitus, !step.isSkipped, request.trace == nil, let first = step.statements.first, first.copyData == nil
    else { return false }
    return [events.before, events.beforeStatement].allSatisfy { callbacks.callbacks[$0]?.isEmpty != false }
  }

  /// Whether Citus runs one command after the other on its shards: unless the steps work through data.
  func isSequential(_ steps: [PlannedStep]) -> Bool {
    switch request.execution.multiShardMode {
    case .sequential: true
    case .parallel: false
    case .auto: !steps.contains(where: \.touchesData)
    }
  }

  // MARK: Failures

  private func failure(_ stop: StepStop, _ place: ScriptPlace, _ steps: [RankedStep]) async -> EngineError {
    switch stop {
    case .server(let error): return await rolledBack(place, error)
    case .commit(let error): return await commitFailed(place, error)
    case .localOnly(let notice): return await rolledBack(place, localOnly: notice)
    case .transactionEnded: return await transactionEnded(place, steps)
    case .program(let result):
      await connection.rollBack()
      guard let (event, callback, _) = place.callback else {
        return EngineError(.migrationFailed, "\(place.step.script.script): \(result.message)")
      }
      return EngineError.callback(callback, event, result, isRolledBack: true)
    case .refused(let error):
      await connection.close()
      return error
    // A transaction leaves nothing to ask.
    case .undecided(let undecided): return .undecided(undecided, place, history)
    }
  }

  private func commitFailed(_ place: ScriptPlace, _ error: PostgresError) async -> EngineError {
    place.isRecording = false
    if error.server != nil, error.code == .server || error.code == .cancelled {
      return await rolledBack(place, error)
    }
    await connection.close()
    return EngineError(
      .commitUnconfirmed,
      "the connection broke while \(place.step.script.script) was being committed; the history table tells at the next "
        + "look whether it was applied (\(error.message))", cause: error)
  }

  private func transactionEnded(_ place: ScriptPlace, _ steps: [RankedStep]) async -> EngineError {
    let row = steps.first { $0.step.script.script == place.step.script.script }?.row
    let failure = StepFailure(
      step: place.step, sqlState: nil,
      message: "the script ended the transaction that it shares with its history row, so part of it is committed",
      hint: "check by hand what it did, finish or undo it, then correct the row with installed_rank "
        + "\(row?.installedRank ?? 0)",
      isRolledBack: false)
    do throws(PostgresError) {
      try await connection.execute("ROLLBACK")
      if var row {
        row.success = false
        try await history.insert(row)
      }
    } catch {
      await connection.close()
    }
    return EngineError(.transactionEnded, "\(place.step.script.script): \(failure.message)", failure: failure)
  }

  private func rolledBack(_ place: ScriptPlace, _ error: PostgresError) async -> EngineError {
    // In a cancelled task nothing can be sent; closing the connection makes the server roll back.
    await connection.rollBack()
    let script = place.step.script.script
    if error.code == .cancelled {
      return EngineError(.cancelled, "\(script) was cancelled and rolled back", cause: error)
    }
    guard error.code == .server else {
      return EngineError(connection: error, while: "applying \(script), rolled back")
    }
    if let (event, callback, statement) = place.callback {
      return EngineError.callback(callback, event, statement, error, isRolledBack: true)
    }
    let failure = StepFailure(step: place.step, statement: place.statement, error: error, isRolledBack: true)
    // A node that was lost meanwhile is first noticed there.
    guard place.isRecording, !error.judgedByCitus.isTransient else {
      return EngineError(.migrationFailed, failure.summary, failure: failure, cause: error.judgedByCitus)
    }
    return EngineError(
      .recordingFailed, "the history row could not be written: \(failure.summary)", failure: failure,
      cause: error.judgedByCitus)
  }

  private func rolledBack(_ place: ScriptPlace, localOnly notice: Notice) async -> EngineError {
    await connection.rollBack()
    let failure = StepFailure(
      step: place.step, sqlState: notice.sqlState.rawValue,
      message: [notice.message, notice.detail].compactMap(\.self).joined(separator: ": "),
      hint: "the object would exist on the coordinator only; distribute what it depends on first "
        + "(create_distributed_table, create_reference_table or citus_add_local_table_to_metadata)",
      isRolledBack: true)
    return EngineError(.localOnlyObjects, failure.summary, failure: failure)
  }
}
