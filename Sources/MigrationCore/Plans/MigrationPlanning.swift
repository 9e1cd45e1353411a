/// One run of planning.
struct MigrationPlanning {
  let set: MigrationSet
  let settings: MigrationSettings
  var problems: [ValidationProblem] = []
  private var isValid = true

  init(set: MigrationSet, settings: MigrationSettings) {
    self.set = set
    self.settings = settings
  }

  mutating func plan(history: [HistoryRow], historyTable: HistoryTable) -> MigrationPlan {
    problems = set.problems
    let baseline = baseline(historyTable)
    let overview = MigrationOverview(set: set, history: history + row(of: baseline), settings: settings)
    problems += overview.problems
    let interrupted = interrupted(overview)
    validate(overview, resuming: interrupted)
    var pending = overview.migrations.filter { $0.state == .pending }.compactMap(\.script)
    if case .next = settings.target { pending = Array(pending.prefix(1)) }
    if !settings.cherryPick.isEmpty { pending = picked(pending) }
    problems += pending.compactMap(Self.versionProblem)
    let steps = interrupted.compactMap { resumed($0) } + checkedAsGroup(agreed(pending.map { step($0) }))
    let callbacks = CallbackPlan.make(set: set, settings: settings, events: CallbackEvent.ofMigrate)
    problems += callbacks.problems
    return MigrationPlan(
      steps: steps, problems: problems, isValid: isValid, migrations: overview.migrations, baseline: baseline,
      currentVersion: overview.currentVersion, callbacks: callbacks.callbacks, isGrouped: settings.group,
      terms: PlanDigest.terms(settings, callbacks.callbacks))
  }

  private mutating func validate(_ overview: MigrationOverview, resuming interrupted: [MigrationInfo]) {
    let passed = Set(interrupted.map(MigrationPlan.failure))
    if settings.validateOnMigrate {
      let patterns = settings.ignoreMigrationPatterns + [IgnorePattern(.any, .pending)]
      let found = MigrationValidation.problems(of: overview, ignoring: patterns)
        .filter { !passed.contains($0) }
      isValid = found.allSatisfy { !$0.isBlocking }
      problems += found
    }
    let isFutureIgnored = IgnorePattern.cover(.future, settings.ignoreMigrationPatterns)
    let known = Set(problems)
    for info in overview.migrations where info.state.isFailed && !(info.state == .futureFailed && isFutureIgnored) {
      let failure = MigrationPlan.failure(info)
      if !known.contains(failure), !passed.contains(failure) { problems.append(failure) }
    }
  }

  /// In the order of the picks.
  private func picked(_ pending: [MigrationScript]) -> [MigrationScript] {
    var rest = pending
    return settings.cherryPick.flatMap { pick in
      let fitting = rest.filter { $0.isPicked(by: [pick]) }
      rest.removeAll { $0.isPicked(by: [pick]) }
      return fitting
    }
  }

  /// The server refuses the history row of a longer version, after the migration itself has run.
  private static func versionProblem(_ script: MigrationScript) -> MigrationProblem? {
    guard let version = script.version?.description, version.unicodeScalars.count > HistoryText.longestVersion else {
      return nil
    }
    return MigrationProblem(
      .versionTooLong,
      message:
        "\(script.script): the version has \(version.unicodeScalars.count) characters; the history table holds 50.",
      nextStep: "Shorten the version.", files: [script.script], version: version, description: script.description)
  }
}

// MARK: Baseline

extension MigrationPlanning {
  private mutating func baseline(_ historyTable: HistoryTable) -> MigrationPlan.Baseline? {
    // Flyway asks nothing of the schema either if it runs nothing.
    guard case .absent(schemasAreEmpty: false) = historyTable, !settings.skipExecutingMigrations else { return nil }
    guard settings.baselineOnMigrate else {
      problems.append(
        MigrationProblem(
          .nonEmptySchema, message: "The database holds objects already, but no history table \(settings.table).",
          nextStep:
            "If the schema was made by hand, run baseline, or set baselineOnMigrate and the version that it is at."))
      return nil
    }
    do throws(MigrationError) {
      _ = try MigrationVersion(settings.baselineVersion)
    } catch {
      problems.append(
        MigrationProblem(
          .invalidSetting, message: "baselineVersion: \(error.message)", nextStep: error.nextStep,
          version: settings.baselineVersion))
      return nil
    }
    let version = String(settings.baselineVersion.map { $0 == "_" ? "." : $0 })
    return MigrationPlan.Baseline(version: version, description: HistoryText.description(settings.baselineDescription))
  }

  /// The row that a planned baseline will have written by the time the first step runs.
  private func row(of baseline: MigrationPlan.Baseline?) -> [HistoryRow] {
    guard let baseline else { return [] }
    return [
      HistoryRow(
        installedRank: 1, version: baseline.version, description: baseline.description,
        type: HistoryType.baseline.rawValue, script: baseline.description, checksum: nil,
        installedBy: settings.installedBy ?? "", installedOn: "", executionTime: 0, success: true)
    ]
  }
}

// MARK: Steps

extension MigrationPlanning {
  mutating func step(_ script: MigrationScript) -> PlannedStep {
    var planning = ScriptPlanning(settings: settings)
    let cut = planning.cut(ScriptPlanning.Source(script))
    // An unreadable repeatable is among the set's problems already.
    problems += planning.problems.filter {
      $0 != script.textProblem || script.version != nil || $0.code == .scriptNotSupported
    }
    return PlannedStep(
      script: script, isTransactional: cut.isTransactional, statements: cut.statements,
      isSkipped: settings.skipExecutingMigrations,
      problem: planning.problems.first(where: \.isBlocking) ?? Self.versionProblem(script))
  }

  /// In a mixed group one step without a transaction takes it from all of them, as in Flyway.
  private func agreed(_ steps: [PlannedStep]) -> [PlannedStep] {
    guard settings.group, settings.mixed, steps.contains(where: { !$0.isTransactional && $0.program == nil }) else {
      return steps
    }
    return steps.map { step in
      PlannedStep(
        script: step.script, isTransactional: false, statements: step.statements, isSkipped: step.isSkipped,
        problem: step.problem)
    }
  }

  /// What keeps a group from running keeps its first step from it.
  private mutating func checkedAsGroup(_ steps: [PlannedStep]) -> [PlannedStep] {
    guard let first = steps.first, let problem = GroupCheck.problem(of: steps, settings) else { return steps }
    problems.append(problem)
    let refused = PlannedStep(
      script: first.script, isTransactional: first.isTransactional, statements: first.statements,
      isSkipped: first.isSkipped, problem: first.problem ?? problem)
    return [refused] + steps.dropFirst()
  }
}
