/// What is wrong with the backfills of migrations that are still to run, for verbs that make no plan.
package enum PendingBackfills {
  /// Blocking problems, in the order of the migrations.
  package static func problems(of overview: MigrationOverview, settings: MigrationSettings) -> [ValidationProblem] {
    var planning = ScriptPlanning(settings: settings)
    for info in overview.migrations where info.state == .pending {
      guard let script = info.script, script.program == nil, script.textProblem == nil else { continue }
      _ = planning.cut(ScriptPlanning.Source(script))
    }
    return planning.problems.filter { $0.code == .invalidBackfill }
  }
}
