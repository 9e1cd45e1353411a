internal import MigrationCore
internal import Postgres
internal import Support

/// Runs migrations and records them.
///
/// A transactional migration and its history row commit together. A non-transactional one is recorded as failed before
/// it starts and settled after it ends, and keeps a journal in between (`AloneRun`).
struct StepRunner {
  let session: MigrationSession
  let request: RunRequest
  let history: SchemaHistory
  let lock: AdvisoryLock
  let callbacks: CallbackRunner
  let events: StepEvents

  /// What a migration left behind besides its effects.
  struct Outcome {
    let milliseconds: Int
    let warnings: [Notice]
  }

  /// A session that is what the next script starts with, as a commit has found it.
  struct Readiness {
    let isCitus: Bool
    /// Whether the migration lock is still held.
    let isLocked: Bool
  }

  var connection: SessionConnection { session.connection }
  var sender: StatementSender { StatementSender(connection: connection, request: request) }

  /// Runs steps: several in one transaction, one in its own or in none.
  ///
  /// Where a lock is not granted in time, the transaction is rolled back and tried again, as often as allowed.
  /// - Parameter readiness: Of the session, where the steps before have left it ready; it is left as the next ones find it.
  /// - Throws: `migrationFailed` and its like with the place in the script; the callbacks that tell of it have run.
  func apply(_ steps: [RankedStep], _ readiness: inout Readiness?) async throws(EngineError) -> [Outcome] {
    request.report(.started(steps[0].step))
    let backoff = Backoff(initial: .milliseconds(500), maximum: .seconds(30))
    var attempt = 0
    while true {
      attempt += 1
      let place = ScriptPlace(steps[0].step)
      do throws(EngineError) {
        let outcomes = try await run(steps, place, &readiness)
        for (ranked, outcome) in zip(steps, outcomes) {
          request.report(.applied(ranked.step, milliseconds: outcome.milliseconds))
        }
        try await waitForWorkers(steps, outcomes, &readiness)
        return outcomes
      } catch {
        let delay = backoff.delay(afterFailures: attempt)
        let cause = try await retryable(error, place, attempt: attempt, isAlone: steps[0].isAlone)
        request.report(.retrying(place.step, attempt: attempt, delay: delay, message: cause.message))
        try await request.pause(delay)
      }
    }
  }

  /// Runs the steps once.
  private func run(
    _ steps: [RankedStep], _ place: ScriptPlace, _ readiness: inout Readiness?
  ) async throws(EngineError) -> [Outcome] {
    _ = connection.takeNotices()
    let found = readiness
    readiness = nil
    guard steps[0].isAlone else { return try await runInTransaction(steps, place, found, leaving: &readiness) }
    return [try await runAlone(steps[0], place)]
  }

  // What may be tried again is returned, all else is thrown, after it was told.
  private func retryable(
    _ error: EngineError, _ place: ScriptPlace, attempt: Int, isAlone: Bool
  ) async throws(EngineError) -> PostgresError {
    let isLockFailure = !isAlone && error.cause?.isLockFailure == true && error.code != .commitUnconfirmed
    if isLockFailure, attempt <= request.execution.lockRetries, let cause = error.cause { return cause }
    if let failure = error.failure, error.code != .callbackFailed { request.report(.failed(place.step, failure)) }
    if place.statement != nil, place.callback == nil { await callbacks.fire(events.afterStatementError, after: error) }
    if hasStarted(place) { await callbacks.fire(events.afterError, after: error) }
    guard isLockFailure, let cause = error.cause else { throw error }
    throw EngineError(
      .lockTimedOut,
      "\(place.step.script.script): \(cause.message), \(attempt) times; rolled back, to be tried again later",
      failure: error.failure, cause: cause)
  }

  // Flyway tells of failures of the script, its statements' callbacks included, not of those before and after it.
  private func hasStarted(_ place: ScriptPlace) -> Bool {
    guard !place.isRecording else { return false }
    guard let event = place.callback?.event else { return true }
    return event == events.beforeStatement || event == events.afterStatement
  }

  // MARK: Parts of a step

  /// Sends the statements of a script, or those behind the first few, with the callbacks around each.
  func sendStatements(
    of step: PlannedStep, from first: Int = 0, _ place: ScriptPlace,
    _ send: (Int, SQLStatement) async throws(StepStop) -> Void
  ) async throws(StepStop) {
    let count = step.statements.count
    for (index, statement) in step.statements.enumerated().dropFirst(first) {
      place.statement = statement
      if request.trace?.mayRun(statement) == false { continue }
      try await fire(events.beforeStatement, place)
      request.report(.statement(step, index: index + 1, count: count, milliseconds: nil))
      let started = ContinuousClock.now
      try await send(index, statement)
      let milliseconds = Int((ContinuousClock.now - started).wholeMilliseconds)
      request.report(.statement(step, index: index + 1, count: count, milliseconds: milliseconds))
      try await fire(events.afterStatement, place)
      try await request.trace?.look(after: statement, on: connection)
    }
    place.statement = nil
  }

  func fire(_ event: CallbackEvent, _ place: ScriptPlace) async throws(StepStop) {
    try await callbacks.send(event, place)
  }

  /// Sends statements of ours, in one message.
  func execute(_ statements: [String]) async throws(StepStop) {
    do throws(PostgresError) {
      try await connection.execute(statements.joined(separator: "; "))
    } catch {
      throw .server(error)
    }
  }

  /// Makes the session what each script starts with.
  /// - Returns: whether the extension citus is there.
  func resetSession(isCitusTransaction: Bool = false) async throws(StepStop) -> Bool {
    do throws(PostgresError) {
      return try await session.reset(request.settings, isCitusTransaction: isCitusTransaction)
    } catch {
      throw .server(error)
    }
  }

  func askPermit() throws(StepStop) {
    do throws(EngineError) {
      try request.permit()
    } catch {
      throw .refused(error)
    }
  }

  // Citus: WARNING `failed to commit transaction on host:port`. The migration is committed and will be everywhere, but
  // until then the worker holds its locks, and the next migration would not see its effects there.
  private func waitForWorkers(
    _ steps: [RankedStep], _ outcomes: [Outcome], _ readiness: inout Readiness?
  ) async throws(EngineError) {
    guard outcomes.contains(where: { $0.warnings.contains(where: \.announcesUnfinishedCommit) }) else { return }
    readiness = nil
    let script = steps.last?.step.script.script ?? ""
    try await PreparedTransactionWait(connection: connection, request: request).perform(after: script)
  }
}
