/// The callbacks of some events, cut into statements.
package struct CallbackPlan: Sendable {
  /// By event, each in running order; events without a callback are missing.
  package let callbacks: [CallbackEvent: [PlannedCallback]]
  /// Why some of them cannot run: all of these block.
  package let problems: [MigrationProblem]

  /// Cuts the callbacks of the given events, or of all.
  package static func make(
    set: MigrationSet, settings: MigrationSettings, events: Set<CallbackEvent> = Set(CallbackEvent.allCases)
  ) -> CallbackPlan {
    var planning = ScriptPlanning(settings: settings)
    var callbacks: [CallbackEvent: [PlannedCallback]] = [:]
    for script in set.callbacks where events.contains(script.event) {
      let cut = planning.cut(ScriptPlanning.Source(script))
      callbacks[script.event, default: []].append(
        PlannedCallback(script: script, isTransactional: cut.isTransactional, statements: cut.statements))
    }
    return CallbackPlan(callbacks: callbacks, problems: planning.problems)
  }
}
