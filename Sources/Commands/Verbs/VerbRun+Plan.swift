internal import FlywaySettings
internal import MigrationCore
internal import MigrationEngine
internal import MigrationLint
internal import Support

// The verb `plan`.
extension VerbRun {
  /// Shows what `migrate` would run and, where something is pending, what that does: tried in a scratch database, or
  /// worked out from the text where there is to be none or can be none.
  func plan(
    _ scripts: MigrationSet, _ request: RunRequest, _ context: ReportContext
  ) async throws(CommandFailure) -> VerbOutcome {
    do throws(EngineError) {
      let history = try await session.readHistory(context.settings)
      let plan = history.plan(scripts, settings: context.settings)
      let report = PlanReport(
        plan: plan, digest: plan.digest(target: context.target), settings: context.settings,
        effects: try await effects(of: plan, request))
      return VerbOutcome(
        json: report.json(context), text: report.text(on: command.console.result), markdown: report.markdown(context))
    } catch {
      throw CommandFailure(Failure(error))
    }
  }

  private func effects(
    of plan: MigrationPlan, _ request: RunRequest
  ) async throws(EngineError) -> PlanEffectsReport? {
    guard !plan.steps.isEmpty else { return nil }
    let (steps, schema) = (plan.steps, session.defaultSchema(request.settings))
    let model = await BlockingWork.run { () throws(Never) in
      StatementForecast.steps(steps, defaultSchema: schema)
    }
    let found = await rehearse(plan, request).effects(completedBy: model)
    let live = try await session.liveTables(found.tables, settings: request.settings)
    return PlanEffectsReport(effects: found, live: live)
  }

  private func rehearse(_ plan: MigrationPlan, _ request: RunRequest) async -> Rehearsal {
    if plan.isBlocked { return .impossible(reason: "the plan is blocked") }
    guard command.configuration.execution.usesScratchDatabase else {
      return .impossible(reason: "whimbrel.scratchDatabase is false")
    }
    let count = "\(plan.steps.count) pending migration\(plan.steps.count == 1 ? "" : "s")"
    command.console.note(.info, "Trying \(count) in a scratch database, after all that was applied ...")
    return await session.rehearse(plan, request)
  }
}
