/// One run of planning to undo.
struct UndoPlanning {
  let set: MigrationSet
  let settings: MigrationSettings
  private var problems: [ValidationProblem] = []

  init(set: MigrationSet, settings: MigrationSettings) {
    self.set = set
    self.settings = settings
  }

  mutating func plan(_ history: [HistoryRow]) -> UndoPlan {
    let reading = HistoryReading(history, naming: settings.naming)
    let overview = MigrationOverview(set: set, history: history, settings: settings)
    problems = set.problems + overview.problems
    for info in overview.migrations where info.state.isFailed { problems.append(MigrationPlan.failure(info)) }
    let steps = steps(candidates(reading))
    if let problem = GroupCheck.problem(of: steps.map(\.step), settings) { problems.append(problem) }
    let callbacks = CallbackPlan.make(set: set, settings: settings, events: CallbackEvent.ofUndo)
    problems += callbacks.problems
    let ranks = Set(steps.map(\.undone.installedRank))
    let rest = reading.versioned.filter { $0.counts && !ranks.contains($0.row.installedRank) }
    let highest = rest.max { left, right in
      guard let one = left.version, let other = right.version else { return false }
      return one < other
    }
    return UndoPlan(
      steps: steps, problems: problems, migrations: overview.migrations, currentVersion: overview.currentVersion,
      targetVersion: highest?.row.version, callbacks: callbacks.callbacks, isGrouped: settings.group)
  }

  /// What is to be undone, in that order.
  private func candidates(_ reading: HistoryReading) -> [HistoryReading.Applied] {
    let applied = reading.versioned.reversed().filter { $0.counts && $0.row.success }
    if !settings.cherryPick.isEmpty {
      return settings.cherryPick.reversed().compactMap { pick in
        applied.first { $0.version != nil && pick.matches(version: $0.version, description: $0.row.description) }
      }
    }
    if case .version(let target, _) = settings.target {
      return Array(applied.prefix { applied in applied.version.map { $0 >= target } ?? false })
    }
    return Array(applied.prefix(1))
  }

  private mutating func steps(_ candidates: [HistoryReading.Applied]) -> [UndoPlan.UndoStep] {
    let files = Dictionary(set.undo.compactMap { script in script.version.map { ($0, script) } }) { first, _ in first }
    var steps: [UndoPlan.UndoStep] = []
    for applied in candidates {
      guard !applied.type.isBaseline, let script = applied.version.flatMap({ files[$0] }) else {
        problems.append(noUndo(applied, isFirst: steps.isEmpty))
        return steps
      }
      var planning = ScriptPlanning(settings: settings)
      let cut = planning.cut(ScriptPlanning.Source(script))
      problems += planning.problems
      steps.append(
        UndoPlan.UndoStep(
          step: PlannedStep(
            script: script, isTransactional: cut.isTransactional, statements: cut.statements,
            isSkipped: settings.skipExecutingMigrations),
          undone: applied.row))
    }
    return steps
  }

  private func noUndo(_ applied: HistoryReading.Applied, isFirst: Bool) -> MigrationProblem {
    let version = applied.row.version ?? ""
    let what = applied.type.isBaseline ? "is a baseline, which cannot be undone" : "has no undo file"
    return MigrationProblem(
      .noUndo, severity: isFirst ? .blocking : .warning,
      message: "V\(version) (\(applied.row.script)) \(what)\(isFirst ? "" : ", so undoing ends above it").",
      nextStep: applied.type.isBaseline
        ? "Nothing below it was applied by migrations."
        : "Add \(settings.naming.undoPrefix)\(version)\(settings.naming.separator)description"
          + "\(settings.naming.suffixes.first ?? ".sql"), or write a new migration that takes it back.",
      files: [applied.row.script], version: applied.row.version, description: applied.row.description)
  }
}
