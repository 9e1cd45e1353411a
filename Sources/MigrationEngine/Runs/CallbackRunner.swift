internal import MigrationCore
internal import Postgres

/// Runs the callbacks of events: SQL, and programs, which have their own connections.
///
/// Those of a migration and its statements run in the migration's transaction (`send`); all others, like Flyway's, each
/// in one of its own, with role and search path as at the start (`fire`). Flyway has other connections for some of them;
/// here the one connection does it all.
struct CallbackRunner {
  let session: MigrationSession
  let request: RunRequest
  let callbacks: [CallbackEvent: [PlannedCallback]]

  private var sender: StatementSender { StatementSender(connection: session.connection, request: request) }

  /// Cuts the callbacks of a verb.
  /// - Throws: `validationFailed` if one of them cannot be run.
  init(_ session: MigrationSession, _ request: RunRequest, events: Set<CallbackEvent>) throws(EngineError) {
    let plan = CallbackPlan.make(set: request.scripts, settings: request.settings, events: events)
    if let problem = plan.problems.first(where: \.isBlocking) {
      throw EngineError(
        .validationFailed, [problem.message, problem.nextStep].joined(separator: " "), problems: plan.problems)
    }
    for callback in plan.callbacks.values.joined() {
      let refusal = request.refusal(of: callback.program, script: callback.script.script, version: nil)
      if let error = EngineError.refusing([refusal].compactMap(\.self)) { throw error }
    }
    self.session = session
    self.request = request
    callbacks = plan.callbacks
  }

  /// Runs the callbacks of an event, each by itself.
  /// - Throws: `callbackFailed`; `connection`, `cancelled`.
  func fire(_ event: CallbackEvent) async throws(EngineError) {
    for callback in callbacks[event] ?? [] {
      request.report(.callback(event, script: callback.script.script))
      try await runAlone(callback, event)
    }
  }

  /// Runs the callbacks of an event that tells of a failure: they must not hide it, so theirs are only reported.
  func fire(_ event: CallbackEvent, after failure: EngineError) async {
    guard failure.code != .cancelled, failure.code != .pooled, session.connection.current.isOpen, !Task.isCancelled
    else {
      return
    }
    for callback in callbacks[event] ?? [] {
      request.report(.callback(event, script: callback.script.script))
      do throws(EngineError) {
        try await runAlone(callback, event)
      } catch {
        request.report(.callbackFailed(event, script: callback.script.script, message: error.message))
      }
    }
  }

  /// Runs the callbacks of an event where the session stands: in the migration's transaction, if it has one.
  func send(_ event: CallbackEvent, _ place: ScriptPlace) async throws(StepStop) {
    for callback in callbacks[event] ?? [] {
      request.report(.callback(event, script: callback.script.script))
      place.callback = (event, callback, nil)
      if let program = callback.program {
        let result = await request.run(program, script: callback.script.script)
        guard result.isSuccess else { throw .program(result) }
      }
      for statement in callback.statements {
        place.callback = (event, callback, statement)
        do throws(PostgresError) {
          place.warnings += try await sender.send(statement)
        } catch {
          throw .server(error)
        }
      }
      place.callback = nil
    }
  }

  private func runAlone(_ callback: PlannedCallback, _ event: CallbackEvent) async throws(EngineError) {
    if let program = callback.program {
      try request.permit()
      let result = await request.run(program, script: callback.script.script)
      guard result.isSuccess else { throw EngineError.callback(callback, event, result, isRolledBack: false) }
      return
    }
    var current: SQLStatement?
    do throws(PostgresError) {
      let isCitus = try await session.reset(request.settings)
      if callback.isTransactional { try await begin(callback, isCitus: isCitus) }
      for statement in callback.statements {
        current = statement
        try await sender.send(statement)
      }
      current = nil
    } catch {
      throw await failed(callback, event, current, error)
    }
    guard callback.isTransactional else { return }
    do throws(EngineError) {
      try request.permit()
    } catch {
      await session.connection.rollBack()
      throw error
    }
    do throws(PostgresError) {
      try await session.connection.execute("COMMIT")
      sender.takeNotices()
    } catch {
      throw await failed(callback, event, nil, error)
    }
  }

  private func begin(_ callback: PlannedCallback, isCitus: Bool) async throws(PostgresError) {
    let isSequential =
      switch request.execution.multiShardMode {
      case .sequential: true
      case .parallel: false
      case .auto: !callback.statements.contains(where: \.facts.touchesData)
      }
    let settings = MigrationSession.transactionSettings(
      request.execution, isCitus: isCitus, isSequential: isSequential)
    for statement in ["BEGIN"] + settings {
      try await session.connection.execute(statement)
    }
  }

  private func failed(
    _ callback: PlannedCallback, _ event: CallbackEvent, _ statement: SQLStatement?, _ error: PostgresError
  ) async -> EngineError {
    if callback.isTransactional { await session.connection.rollBack() }
    return EngineError.callback(
      callback, event, statement, error, isRolledBack: callback.isTransactional)
  }
}
