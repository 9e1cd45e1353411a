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
    return MigrationPlan(
      steps: steps, problems: problems, migrations: overview.migrations, baseline: baseline,
      currentVersion: overview.currentVersion)
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
    if let problem = script.textProblem {
      if !problems.contains(problem) { problems.append(problem) }
      return PlannedStep(script: script, isTransactional: true, statements: [])
    }
    let statements: [SQLStatement]
    do throws(SQLScriptError) {
      statements = try StatementSplitter.split(script.text, limits: settings.limits)
    } catch {
      report(.unparsableScript, script, error.message, nextStep: error.nextStep, at: error.position)
      return PlannedStep(script: script, isTransactional: true, statements: [])
    }
    let isTransactional = isTransactional(script, statements)
    if isTransactional { checkControl(script, statements) }
    return PlannedStep(script: script, isTransactional: isTransactional, statements: statements)
  }

  private mutating func isTransactional(_ script: MigrationScript, _ statements: [SQLStatement]) -> Bool {
    if let asked = script.configuration.executeInTransaction { return asked }
    guard settings.executeInTransaction else { return false }
    guard let outside = statements.first(where: { !$0.isTransactional }) else { return true }
    guard !settings.mixed, let inside = statements.first(where: { $0.isTransactional }) else { return false }
    let culprit = max(outside.position.byteOffset, inside.position.byteOffset) == outside.byteOffset ? outside : inside
    report(
      .mixedStatements, script,
      "\(outside.facts.nonTransactionalReason ?? "A statement") at line \(outside.line) cannot run in a transaction, "
        + "\(inside.facts.verb.isEmpty ? "the statement" : inside.facts.verb) at line \(inside.line) can.",
      nextStep: "Move the statements that cannot into a migration of their own, or set mixed to run all without one.",
      at: culprit.position)
    return false
  }

  /// A COMMIT inside a migration would part it from its history row.
  private mutating func checkControl(_ script: MigrationScript, _ statements: [SQLStatement]) {
    let found = statements.first { $0.facts.transactionControl?.breaksMigrationTransaction == true }
    guard let found else { return }
    report(
      .transactionControl, script,
      "\(found.facts.verb) at line \(found.line) starts or ends a transaction, but the migration runs in one already.",
      nextStep:
        "Delete the statement; a script that must commit by itself needs executeInTransaction=false in \(script.script).conf.",
      at: found.position)
  }

  private mutating func checkGroup(_ steps: [PlannedStep]) {
    guard settings.group, !settings.mixed, let first = steps.first,
      let other = steps.first(where: { $0.isTransactional != first.isTransactional })
    else { return }
    report(
      .mixedStatements, other.script,
      "\(other.script.name.label) and \(first.script.name.label) cannot run in one group: only one of them can run in a transaction.",
      nextStep: "Switch group off, or set mixed to run the whole group without a transaction.", at: nil)
  }

  private mutating func report(
    _ code: MigrationProblem.Code, _ script: MigrationScript, _ message: String, nextStep: String,
    at position: SourcePosition?
  ) {
    problems.append(
      MigrationProblem(
        code, message: "\(script.script): \(message)", nextStep: nextStep, files: [script.script],
        version: script.version?.description, description: script.description, position: position))
  }
}
