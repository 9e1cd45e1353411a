internal import Logging
package import MigrationCore
internal import Postgres
internal import Support

/// One rehearsal: a scratch database is made, what was applied is repeated there, what is pending is run and watched, and
/// the database is dropped, whatever happened.
struct ScratchRun {
  let session: MigrationSession
  let request: RunRequest
  /// Of the target.
  let plan: MigrationPlan

  /// Why there is no rehearsal; in words.
  struct Obstacle: Error {
    let reason: String
  }

  func perform() async throws(Obstacle) -> PlanEffects {
    guard !plan.steps.isEmpty else { return PlanEffects(origin: .scratch, steps: []) }
    if let reason = unrepeatable { throw Obstacle(reason: reason) }
    // Of its own, so that nothing of this is left in the session.
    let administration: SessionConnection
    do throws(PostgresError) {
      administration = SessionConnection(try await PostgresConnection.connect(session.parameters))
    } catch {
      throw Obstacle(reason: "a scratch database could not be created: \(error.message)")
    }
    let result: Result<PlanEffects, Obstacle>
    do throws(Obstacle) {
      result = .success(try await perform(by: administration))
    } catch {
      result = .failure(error)
    }
    await administration.close()
    return try result.get()
  }

  private func perform(by administration: SessionConnection) async throws(Obstacle) -> PlanEffects {
    let database = ScratchDatabase(connection: administration, parameters: session.parameters)
    let name: ScratchName
    let target: ScratchDatabase.Target
    do throws(PostgresError) {
      try await database.dropLeftBehind()
      target = try await database.target()
      name = try await database.newName()
      try await database.create(name, like: target)
    } catch {
      throw Obstacle(reason: "a scratch database could not be created: \(error.message)")
    }
    let result: Result<PlanEffects, Obstacle>
    do throws(Obstacle) {
      result = .success(try await rehearse(in: name, database, target))
    } catch {
      result = .failure(error)
    }
    // Also when the task was cancelled: the database must go.
    let left = await Task { await Self.drop(name, database) }.value
    var effects = try result.get()
    if let left { effects.notes.append(left) }
    return effects
  }

  private static func drop(_ name: ScratchName, _ database: ScratchDatabase) async -> String? {
    do throws(PostgresError) {
      do throws(PostgresError) {
        try await database.drop(name)
      } catch {
        // What cancelled a statement may have closed the connection.
        let parameters = database.parameters
        let connection = SessionConnection(try await PostgresConnection.connect(parameters))
        try await ScratchDatabase(connection: connection, parameters: parameters).drop(name)
        await connection.close()
      }
      return nil
    } catch {
      return leftBehind(name, error.message)
    }
  }

  private static func leftBehind(_ name: ScratchName, _ message: String) -> String {
    "the database \(name.text) could not be dropped (\(message)); drop it with DROP DATABASE \(name.text) WITH (FORCE)"
  }

  // MARK: What can be repeated

  /// Why the files do not tell how the database came to be; nil if they do.
  private var unrepeatable: String? {
    guard let marker = plan.migrations.first(where: { $0.row != nil && $0.type == HistoryType.baseline.rawValue })
    else {
      return nil
    }
    return
      "the history begins with a baseline (\(marker.version ?? "")), so the files do not create what was there before"
  }

  /// Scripts whose effects the target has.
  private var applied: Set<String> {
    let states: Set<MigrationState> = [.success, .outOfOrder, .baseline, .futureSuccess]
    return Set(plan.migrations.compactMap { states.contains($0.state) ? $0.script?.script : nil })
  }

  private var notes: [String] {
    let missing = plan.migrations.filter { $0.state == .missingSuccess }
    guard let first = missing.first else { return [] }
    let more = missing.count > 1 ? " and \(missing.count - 1) more" : ""
    return ["applied, but no longer in the source, so not repeated there: \(first.path)\(more)"]
  }

  // MARK: Running

  private func rehearse(
    in name: ScratchName, _ database: ScratchDatabase, _ target: ScratchDatabase.Target
  ) async throws(Obstacle) -> PlanEffects {
    var parameters = session.parameters
    parameters.database = name.text
    let scratch: MigrationSession
    let observer: SessionConnection
    do throws(EngineError) {
      scratch = try await MigrationSession.open(parameters, initSql: session.initSql, logger: session.logger)
    } catch {
      throw Obstacle(reason: "the scratch database could not be used: \(error.message)")
    }
    do throws(PostgresError) {
      observer = SessionConnection(try await PostgresConnection.connect(parameters))
    } catch {
      await scratch.close()
      throw Obstacle(reason: "the scratch database could not be used: \(error.message)")
    }
    let result: Result<PlanEffects, Obstacle>
    do throws(Obstacle) {
      result = .success(try await rehearse(on: scratch, observer, database, target))
    } catch {
      result = .failure(error)
    }
    await scratch.close()
    await observer.close()
    return try result.get()
  }

  private func rehearse(
    on scratch: MigrationSession, _ observer: SessionConnection, _ database: ScratchDatabase,
    _ target: ScratchDatabase.Target
  ) async throws(Obstacle) -> PlanEffects {
    var notes = notes
    do throws(PostgresError) {
      notes += try await database.equip(scratch.connection, like: target)
      try await StatementTrace.prepare(observer)
    } catch {
      throw Obstacle(reason: "the scratch database could not be made a cluster: \(error.message)")
    }
    let trace = StatementTrace(
      observer: observer, backend: scratch.connection.backend.pid, isCitus: target.citus != nil,
      isGrouped: plan.isGrouped)
    let applied = applied
    do throws(EngineError) {
      _ = try await scratch.run(rehearsal(of: { applied.contains($0.script) }, trace))
    } catch {
      let place =
        error.failure.map { failure in "\(failure.script)\(failure.line.map { ", line \($0)" } ?? ""): " } ?? ""
      throw Obstacle(
        reason: "what was applied could not be repeated in a scratch database: \(place)"
          + (error.failure?.message ?? error.message))
    }
    trace.startRecording()
    let pending = Set(plan.steps.filter { $0.program == nil && $0.problem == nil }.map(\.script.script))
    var stopped: EngineError?
    do throws(EngineError) {
      _ = try await scratch.run(
        rehearsal(of: { applied.contains($0.script) || pending.contains($0.script) }, trace))
    } catch {
      stopped = error
    }
    return PlanEffects(origin: .scratch, steps: steps(trace.steps, stopped), notes: notes)
  }

  private func rehearsal(of scripts: (MigrationScript) -> Bool, _ trace: StatementTrace) -> RunRequest {
    var settings = request.settings
    settings.validateOnMigrate = false
    settings.target = .latest
    settings.cherryPick = []
    settings.outOfOrder = true
    settings.baselineOnMigrate = false
    settings.skipExecutingMigrations = false
    settings.createSchemas = true
    settings.tablespace = nil
    settings.runsPrograms = false
    var execution = request.execution
    execution.lockRetries = 0
    execution.statementTimeout =
      execution.statementTimeout == .zero
      ? Self.statementTimeout : min(execution.statementTimeout, Self.statementTimeout)
    var rehearsal = RunRequest(
      scripts: request.scripts.keeping(scripts), settings: settings, execution: execution)
    rehearsal.trace = trace
    rehearsal.report = { event in
      switch event {
      case .started(let step): trace.begin(step)
      case .failed(_, let failure):
        trace.refuse(
          StepEffects.Refusal(
            line: failure.line, sqlState: failure.sqlState, message: failure.message, hint: failure.hint))
      default: break
      }
    }
    return rehearsal
  }

  /// Without data a statement that takes longer hangs.
  private static let statementTimeout = Duration.seconds(60)

  /// All pending migrations, also those that did not run.
  private func steps(_ seen: [StepEffects], _ stopped: EngineError?) -> [StepEffects] {
    let ran = Dictionary(seen.map { ($0.script, $0) }) { first, _ in first }
    let last = seen.last?.script
    return plan.steps.map { step in
      let name = step.script.script
      if var effects = ran[name] {
        if name == last, effects.refusal == nil, let stopped { effects.omission = stopped.message }
        return effects
      }
      var effects = StepEffects(script: name)
      effects.omission =
        step.program != nil
        ? "a program is not run in a scratch database"
        : step.problem?.message ?? stopped.map { _ in "the migration before it did not go through" } ?? "it did not run"
      return effects
    }
  }
}

extension MigrationSession {
  /// Runs a plan in a scratch database beside the target and tells what each statement does, without touching the target.
  ///
  /// The role needs the right to create a database, and with Citus that of a superuser, as the extension does.
  /// - Returns: the effects; where that cannot be had, why not, in words. Cancelling the task ends the rehearsal; the
  ///   database is dropped in any case.
  package func rehearse(_ plan: MigrationPlan, _ request: RunRequest) async -> Rehearsal {
    do throws(ScratchRun.Obstacle) {
      return .done(try await ScratchRun(session: self, request: request, plan: plan).perform())
    } catch {
      return .impossible(reason: error.reason)
    }
  }
}

/// What came of a rehearsal.
package enum Rehearsal: Sendable {
  case done(PlanEffects)
  /// There was none; the model is all there is.
  case impossible(reason: String)

  /// What the plan does: what was seen, completed by the model, or the model alone with the reason.
  package func effects(completedBy model: [StepEffects]) -> PlanEffects {
    switch self {
    case .done(let seen): seen.completed(by: model)
    case .impossible(let reason): PlanEffects(origin: .model(reason: reason), steps: model)
    }
  }
}
