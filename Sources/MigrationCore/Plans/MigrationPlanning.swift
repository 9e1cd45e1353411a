/// One run of planning.
struct MigrationPlanning {
  let set: MigrationSet
  let settings: MigrationSettings
  private var problems: [ValidationProblem] = []

  init(set: MigrationSet, settings: MigrationSettings) {
    self.set = set
    self.settings = settings
  }

  mutating func plan(history: [HistoryRow], historyTable: HistoryTable) -> MigrationPlan {
    problems = set.problems
    let baseline = baseline(historyTable)
    let overview = MigrationOverview(set: set, history: history + row(of: baseline), settings: settings)
    problems += overview.problems
    validate(overview)
    var pending = overview.migrations.filter { $0.state == .pending }.compactMap(\.script)
    if case .next = settings.target { pending = Array(pending.prefix(1)) }
    let steps = pending.map { step($0) }
    checkGroup(steps)
    let callbacks = CallbackPlan.make(set: set, settings: settings, events: CallbackEvent.ofMigrate)
    problems += callbacks.problems
    return MigrationPlan(
      steps: steps, problems: problems, migrations: overview.migrations, baseline: baseline,
      currentVersion: overview.currentVersion, callbacks: callbacks.callbacks, isGrouped: settings.group)
  }

  private mutating func validate(_ overview: MigrationOverview) {
    if settings.validateOnMigrate {
      let patterns = settings.ignoreMigrationPatterns + [IgnorePattern(.any, .pending)]
      problems += MigrationValidation.problems(of: overview, ignoring: patterns)
    }
    let isFutureIgnored = settings.ignoreMigrationPatterns.contains { $0.state == .future || $0.state == .any }
    for info in overview.migrations where info.state.isFailed && !(info.state == .futureFailed && isFutureIgnored) {
      let failure = MigrationPlan.failure(info)
      if !problems.contains(failure) { problems.append(failure) }
    }
  }
}

// MARK: Baseline

extension MigrationPlanning {
  private mutating func baseline(_ historyTable: HistoryTable) -> MigrationPlan.Baseline? {
    guard case .absent(schemasAreEmpty: false) = historyTable else { return nil }
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
  private mutating func step(_ script: MigrationScript) -> PlannedStep {
    var planning = ScriptPlanning(settings: settings)
    let cut = planning.cut(ScriptPlanning.Source(script))
    for problem in planning.problems where !problems.contains(problem) { problems.append(problem) }
    return PlannedStep(
      script: script, isTransactional: cut.isTransactional, statements: cut.statements,
      isSkipped: settings.skipExecutingMigrations)
  }

  private mutating func checkGroup(_ steps: [PlannedStep]) {
    guard settings.group, !settings.mixed, !settings.skipExecutingMigrations, let first = steps.first,
      let other = steps.first(where: { $0.isTransactional != first.isTransactional })
    else { return }
    problems.append(
      MigrationProblem(
        .mixedStatements,
        message: "\(other.script.script): \(other.script.name.label) and \(first.script.name.label) cannot run in one "
          + "group: only one of them can run in a transaction.",
        nextStep: "Switch group off, or set mixed to run the whole group without a transaction.",
        files: [other.script.script], version: other.version, description: other.script.description))
  }
}
