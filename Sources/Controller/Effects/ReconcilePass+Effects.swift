internal import Kubernetes
internal import MigrationCore
internal import MigrationEngine
internal import MigrationLint
internal import Support

// What a plan does that waits: so that whoever lets it go knows.
extension ReconcilePass {
  /// Adds to the observed plan what it does to tables, unless that was found out before; where the database does not answer,
  /// the plan stays as it is.
  mutating func describe(
    _ plan: MigrationPlan, _ request: RunRequest, _ session: MigrationSession
  ) async {
    guard let observed = observation.plan?.plan, !plan.steps.isEmpty else { return }
    let tries = spec.plan?.scratchDatabase == true
    if let before = object.status?.plan, before.digest == observed.digest, let effects = before.effects,
      isCurrent(effects, tries: tries)
    {
      // Migrations of the same digest do the same; sizes are as of then.
      observation.plan?.plan = before
      return
    }
    let (steps, schema) = (plan.steps, session.defaultSchema(request.settings))
    let model = await BlockingWork.run { () throws(Never) in
      StatementForecast.steps(steps, defaultSchema: schema)
    }
    let rehearsal =
      tries
      ? await session.rehearse(plan, request) : .impossible(reason: "spec.plan.scratchDatabase is not true")
    let effects = rehearsal.effects(completedBy: model)
    guard let live = try? await session.liveTables(effects.tables, settings: request.settings) else { return }
    observation.plan?.plan = observed.adding(PlanEffectsObservation(effects, live: live))
  }

  // What could not be tried is not tried again before the resource changes.
  private func isCurrent(_ effects: PlanEffectsStatus, tries: Bool) -> Bool {
    let isTried = effects.source == PlanEffectsStatus.scratchDatabase
    return tries ? isTried || object.status?.observedGeneration == object.metadata.generation : !isTried
  }
}
