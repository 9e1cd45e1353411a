internal import MigrationCore
internal import Postgres

/// One run of `migrate`, with the lock held: validation, schemas, history table, migrations, and the callbacks of all.
///
/// The order is that of Flyway (`Flyway.migrate`, `DbMigrate`).
struct MigrateRun {
  let session: MigrationSession
  let request: RunRequest
  let lock: AdvisoryLock
  let callbacks: CallbackRunner

  private var settings: MigrationSettings { request.settings }

  init(_ session: MigrationSession, _ request: RunRequest, _ lock: AdvisoryLock) throws(EngineError) {
    self.session = session
    self.request = request
    self.lock = lock
    callbacks = try CallbackRunner(session, request, events: CallbackEvent.ofMigrate)
  }

  func perform() async throws(EngineError) -> RunSummary {
    try await callbacks.fire(.afterConnect)
    var snapshot = try await session.readHistory(settings)
    if settings.validateOnMigrate, !snapshot.isSchemaMissing, callbacks.callbacks[.beforeValidate] != nil {
      try await callbacks.fire(.beforeValidate)
      snapshot = try await session.readHistory(settings)
    }
    if let refusal = snapshot.refusal(settings: settings) { throw EngineError(.schemaMissing, refusal) }
    let whole = snapshot.plan(request.scripts, settings: settings)
    try await check(whole, snapshot)
    // The plan that was shown to a gate was another one: only what it allows of this one is done.
    let plan = whole.keeping(first: whole.steps.firstIndex { !request.mayStart($0) } ?? whole.steps.count)
    guard !plan.steps.isEmpty || whole.steps.isEmpty else {
      return RunSummary(whole, snapshot, initialVersion: whole.currentVersion, steps: [], warnings: [], created: [])
    }
    request.report(.planned(plan))
    let needsPreparation = snapshot.needsPreparation(settings: settings)
    guard !plan.steps.isEmpty || needsPreparation || !callbacks.callbacks.isEmpty else {
      return RunSummary(plan, snapshot, initialVersion: plan.currentVersion, steps: [], warnings: [], created: [])
    }
    try request.permit()
    if !plan.steps.isEmpty { try await session.waitForPredecessors(request) }
    let preparation = SchemaPreparation(session: session, request: request, callbacks: callbacks)
    let added = try await preparation.perform(snapshot, baseline: baselineRow(plan), isVerb: false)
    let outcome = try await migrate(plan, after: snapshot.rows + added)
    let now = try await session.readHistory(settings)
    return RunSummary(
      now.plan(request.scripts, settings: settings), now, initialVersion: plan.currentVersion, steps: outcome.steps,
      warnings: outcome.warnings, created: settings.createSchemas ? snapshot.missingSchemas : [])
  }

  // MARK: Before

  private func baselineRow(_ plan: MigrationPlan) -> HistoryRow? {
    plan.baseline.map { baseline in
      HistoryRow.marker(
        rank: 1, version: baseline.version, type: .baseline, text: baseline.description,
        installedBy: settings.installedBy)
    }
  }

  private func check(_ plan: MigrationPlan, _ snapshot: HistorySnapshot) async throws(EngineError) {
    // What is wrong with a repeatable one is seen whenever files are read, since its checksum depends on it; Flyway has no
    // backfills, so nothing speaks for finding one out in the middle of a run.
    let later = Set(request.scriptCheck == .oneByOne ? plan.steps.compactMap(\.problem) : [])
      .subtracting(request.scripts.problems).filter { $0.code != .invalidBackfill }
    let failure = EngineError.refusing(
      plan.problems.filter { !later.contains($0) },
      isOfValidation: !plan.isValid && !request.scripts.problems.contains(where: \.isBlocking))
    if settings.validateOnMigrate, !snapshot.isSchemaMissing {
      if let failure, !plan.isValid {
        await callbacks.fire(.afterValidateError, after: failure)
      } else {
        try await callbacks.fire(.afterValidate)
      }
    }
    if let failure { throw failure }
  }

  // MARK: Migrations

  private func migrate(
    _ plan: MigrationPlan, after rows: [HistoryRow]
  ) async throws(EngineError) -> (steps: [RunSummary.AppliedStep], warnings: [String]) {
    try await callbacks.fire(.beforeMigrate)
    var loop = StepLoop(runner: runner, groups: groups(plan, after: rows))
    do throws(EngineError) {
      try await loop.perform(callbacks)
      if plan.steps.allSatisfy({ $0.script.version != nil }) { try await callbacks.fire(.afterVersioned) }
    } catch {
      await callbacks.fire(.afterMigrateError, after: error)
      throw error
    }
    if !loop.applied.isEmpty { try await callbacks.fire(.afterMigrateApplied) }
    try await callbacks.fire(.afterMigrate)
    try await callbacks.fire(.afterMigrateOperationFinish)
    return (loop.applied, loop.warnings)
  }

  private var runner: StepRunner {
    StepRunner(
      session: session, request: request, history: session.schemaHistory(settings), lock: lock, callbacks: callbacks,
      events: .migrate)
  }

  private func groups(_ plan: MigrationPlan, after rows: [HistoryRow]) -> [[RankedStep]] {
    var rank = HistoryRow.nextInstalledRank(after: rows)
    var steps = plan.steps.map { step in
      if let resumption = step.resumption {
        return RankedStep(step, rank: resumption.rank, installedBy: settings.installedBy ?? "")
      }
      defer { rank += 1 }
      return RankedStep(step, rank: rank, installedBy: settings.installedBy ?? "")
    }
    // An interrupted repeatable one goes on before new versions run.
    let last = steps.lastIndex { $0.step.script.version != nil } ?? -1
    if let index = steps.indices.first(where: { $0 > last }) {
      steps[index].preceding = [.afterVersioned, .beforeRepeatables]
    }
    return StepLoop.groups(of: steps, isGrouped: plan.isGrouped)
  }
}
