internal import MigrationCore

/// One run of `undo`, with the lock held.
struct UndoRun {
  let session: MigrationSession
  let request: RunRequest
  let lock: AdvisoryLock
  let callbacks: CallbackRunner

  private var settings: MigrationSettings { request.settings }

  init(_ session: MigrationSession, _ request: RunRequest, _ lock: AdvisoryLock) throws(EngineError) {
    self.session = session
    self.request = request
    self.lock = lock
    callbacks = try CallbackRunner(session, request, events: CallbackEvent.ofUndo)
  }

  func perform() async throws(EngineError) -> RunSummary {
    try await callbacks.fire(.afterConnect)
    let snapshot = try await session.readHistory(settings)
    let plan = UndoPlan.make(set: request.scripts, history: snapshot.rows, settings: settings)
    if let error = EngineError.refusing(plan.problems) { throw error }
    request.report(.undoing(plan))
    try request.permit()
    try await session.waitForPredecessors(request)
    let loop = try await undo(plan, after: snapshot.rows)
    let now = try await session.readHistory(settings)
    return RunSummary(
      steps: loop.applied, initialVersion: plan.currentVersion, targetVersion: plan.targetVersion,
      warnings: plan.problems.map(\.message) + loop.warnings, schemasCreated: [], history: now,
      plan: now.plan(request.scripts, settings: settings))
  }

  private func undo(_ plan: UndoPlan, after rows: [HistoryRow]) async throws(EngineError) -> StepLoop {
    try await callbacks.fire(.beforeUndo)
    let runner = StepRunner(
      session: session, request: request, history: session.schemaHistory(settings), lock: lock, callbacks: callbacks,
      events: .undo)
    let first = HistoryRow.nextInstalledRank(after: rows)
    let steps = plan.steps.enumerated().map { index, step in
      RankedStep(undoing: step, rank: first + index, installedBy: settings.installedBy ?? "")
    }
    var loop = StepLoop(runner: runner, groups: StepLoop.groups(of: steps, isGrouped: plan.isGrouped))
    do throws(EngineError) {
      try await loop.perform(callbacks)
    } catch {
      await callbacks.fire(.afterUndoError, after: error)
      throw error
    }
    try await callbacks.fire(.afterUndo)
    return loop
  }
}
