internal import MigrationCore

/// One run of `baseline`, with the lock held.
struct BaselineRun {
  let session: MigrationSession
  let request: RunRequest

  private var settings: MigrationSettings { request.settings }

  func perform() async throws(EngineError) -> BaselineReport {
    let callbacks = try CallbackRunner(
      session, request,
      events: [
        .afterConnect, .createSchema, .beforeCreateSchema, .beforeBaseline, .afterBaseline, .afterBaselineError,
      ])
    try await callbacks.fire(.afterConnect)
    var snapshot = try await session.readHistory(settings)
    if let refusal = snapshot.refusal(settings: settings) { throw EngineError(.schemaMissing, refusal) }
    try request.permit()
    let preparation = SchemaPreparation(session: session, request: request, callbacks: callbacks)
    let missing = settings.createSchemas ? snapshot.missingSchemas : []
    let firstPlan = plan(snapshot)
    var isNew = false
    if missing.isEmpty {
      try await preparation.fireEvents()
    } else {
      let row = if case .create(let row) = firstPlan { row } else { nil as HistoryRow? }
      _ = try await preparation.perform(snapshot, baseline: row, isVerb: true)
      isNew = row != nil
      snapshot = try await session.readHistory(settings)
    }
    try await callbacks.fire(.beforeBaseline)
    do throws(EngineError) {
      isNew = try await record(plan(snapshot), snapshot, preparation) || isNew
    } catch {
      await callbacks.fire(.afterBaselineError, after: error)
      throw error
    }
    try await callbacks.fire(.afterBaseline)
    return BaselineReport(
      version: String(settings.baselineVersion.map { $0 == "_" ? "." : $0 }),
      description: HistoryText.description(settings.baselineDescription), isNew: isNew, schemasCreated: missing)
  }

  private func plan(_ snapshot: HistorySnapshot) -> BaselinePlan {
    let table = snapshot.tableExists ? HistoryTable.present : .absent(schemasAreEmpty: true)
    return BaselinePlan.make(history: snapshot.rows, historyTable: table, settings: settings)
  }

  private func record(
    _ plan: BaselinePlan, _ snapshot: HistorySnapshot, _ preparation: SchemaPreparation
  ) async throws(EngineError) -> Bool {
    switch plan {
    case .create(let row):
      _ = try await preparation.create(snapshot, row)
      return true
    case .alreadyThere: return false
    case .refusal(let problem):
      throw EngineError(.refused, "\(problem.message) \(problem.nextStep)", problems: [problem])
    }
  }
}
