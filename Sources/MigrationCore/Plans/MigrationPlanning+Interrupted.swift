extension MigrationPlanning {
  /// Migrations outside a transaction that an earlier run has left, and that go on where it was; in the order in which
  /// they began.
  ///
  /// Nothing is gone on with where no statement is to be run (`skipExecutingMigrations`).
  func interrupted(_ overview: MigrationOverview) -> [MigrationInfo] {
    guard !settings.skipExecutingMigrations else { return [] }
    return overview.migrations.filter(\.isResumable)
      .sorted { ($0.row?.installedRank ?? 0) < ($1.row?.installedRank ?? 0) }
  }

  /// The step that goes on with one.
  mutating func resumed(_ info: MigrationInfo) -> PlannedStep? {
    guard let script = info.script, let resumption = info.row?.resumption else { return nil }
    let step = step(script)
    let count = step.program == nil ? step.statements.count : 1
    var problem = step.problem
    if problem == nil, resumption.done + (resumption.isUnderWay ? 1 : 0) > count {
      let shrunk = MigrationPlan.tooFar(info, resumption, count: count)
      problems.append(shrunk)
      problem = shrunk
    }
    var resumed = PlannedStep(
      script: script, isTransactional: false, statements: step.statements, isSkipped: false, problem: problem)
    resumed.resumption = resumption
    return resumed
  }
}

extension MigrationInfo {
  /// Whether it was interrupted, and its file is there as it was.
  var isResumable: Bool {
    guard state.isFailed, isInterrupted, let script, let row, HistoryType(column: row.type) == script.type,
      HistoryText.description(script.description) == row.description
    else { return false }
    return row.checksum == nil || script.matches(checksum: row.checksum)
  }

  /// Whether it has begun outside a transaction and never reported its end.
  var isInterrupted: Bool {
    guard let row, row.resumption != nil, let type = HistoryType(column: row.type) else { return false }
    return !type.isUndo && !type.isSynthetic && type != .delete
  }
}

extension MigrationPlan {
  /// An interrupted migration that cannot go on, or, where only files and history are compared, will.
  static func interruption(_ info: MigrationInfo, _ resumption: Resumption) -> ValidationProblem {
    let nextStep: String
    if info.isResumable {
      nextStep = "Run migrate: it goes on where it was."
    } else if info.script == nil {
      nextStep =
        "Bring the file back, and migrate goes on where it was; or undo what it did, then run `whimbrel repair`."
    } else {
      nextStep =
        "The file is not the one that was begun: put it back as it was, and migrate goes on; or undo what it did, then "
        + "run `whimbrel repair`, and it runs from its beginning."
    }
    return problem(info, "\(info.label) (\(info.path)) was interrupted \(resumption.place).", nextStep)
  }

  /// The history says that more was done than the file has.
  static func tooFar(_ info: MigrationInfo, _ resumption: Resumption, count: Int) -> ValidationProblem {
    problem(
      info,
      "\(info.label) (\(info.path)) was interrupted \(resumption.place), and the file has only \(count) statements.",
      "Put the file, its placeholders and its .conf back as they were, or undo what it did and run `whimbrel repair`.")
  }

  private static func problem(_ info: MigrationInfo, _ message: String, _ nextStep: String) -> ValidationProblem {
    MigrationProblem(
      info.version == nil ? .failedRepeatableMigration : .failedVersionedMigration,
      message: "\(message) Row \(info.row?.installedRank ?? 0) of the history says so.", nextStep: nextStep,
      files: [info.path], version: info.version, description: info.description)
  }
}

extension Resumption {
  /// `after statement 2`, `in statement 3`.
  var place: String {
    if isUnderWay { return "in statement \(done + 1)" }
    return done == 0 ? "before its first statement" : "after statement \(done)"
  }
}
