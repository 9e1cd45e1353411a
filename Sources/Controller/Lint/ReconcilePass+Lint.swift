internal import MigrationCore
internal import MigrationEngine
internal import MigrationLint
internal import Support

// Whether what is pending may run at all, by what its text says: before anything starts, and never of what was applied.
extension ReconcilePass {
  /// Judges the pending scripts, in the light of all that come before them.
  ///
  /// - Returns: what stops the run; nil if nothing does, or nothing is to be judged.
  mutating func lint(_ plan: MigrationPlan, _ session: MigrationSession) async -> Verdict? {
    guard let policy = reading.lint else {
      observation.lint = .off
      return nil
    }
    let pending = Dictionary(plan.steps.map { ($0.script.script, $0.script.configuration) }) { first, _ in first }
    var findings: [Finding] = []
    if !pending.isEmpty {
      let files = self.files.filter { reading.settings.naming.classify($0.name).isSQL }.map { file in
        LintFile(
          path: file.path, bytes: file.bytes, configuration: pending[file.path] ?? ScriptConfiguration(),
          isReported: pending[file.path] != nil)
      }
      var settings = lintSettings(policy)
      settings.defaultSchema = session.defaultSchema(reading.settings)
      let seed = await liveState(plan, session, settings)
      // A directory of the largest size takes a second or more.
      findings = await BlockingWork.run { [settings] () throws(Never) in
        Linter(settings: settings, seed: seed).run(files).findings
      }
    }
    let judged = LintReport(failOn: policy.failOn).observation(findings, scripts: pending.count)
    observation.lint = judged
    guard case .judged(_, let outcome) = judged, !outcome.isPassed else { return nil }
    return .stalled(.lintFailed, summary: "Lint failed", message: outcome.message)
  }

  /// What the database holds; nil where it cannot be asked, and then the scripts alone tell.
  private func liveState(
    _ plan: MigrationPlan, _ session: MigrationSession, _ settings: LintSettings
  ) async -> SchemaState? {
    let schema = settings.defaultSchema
    let steps = plan.steps
    let names = await BlockingWork.run { () throws(Never) in
      PlanEffects(origin: .scratch, steps: StatementForecast.steps(steps, defaultSchema: schema)).tables
    }
    guard let live = try? await session.liveCatalog(sizesOf: names, settings: reading.settings) else { return nil }
    return SchemaState(live: live, defaultSchema: schema)
  }

  private func lintSettings(_ policy: LintPolicy) -> LintSettings {
    var settings = policy.settings
    settings.naming = reading.settings.naming
    settings.placeholderReplacement = reading.settings.placeholderReplacement
    settings.placeholderPrefix = reading.settings.placeholderPrefix
    settings.placeholderSuffix = reading.settings.placeholderSuffix
    settings.today = String(context.clock.now().rfc3339.prefix(10))
    return settings
  }
}
