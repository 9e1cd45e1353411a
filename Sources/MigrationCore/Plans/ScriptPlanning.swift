/// Cuts scripts into statements and decides which of them run in a transaction.
struct ScriptPlanning {
  /// A script as far as it matters here.
  struct Source {
    let script: String
    let text: String
    let configuration: ScriptConfiguration
    let textProblem: MigrationProblem?
    let isProgram: Bool
    /// Whether it is a versioned migration, which runs once and goes on where it was interrupted.
    let isVersioned: Bool
    let version: String?
    let description: String

    init(_ script: MigrationScript) {
      self.script = script.script
      text = script.text
      configuration = script.configuration
      textProblem = script.textProblem
      isProgram = script.program != nil
      isVersioned = script.name.kind == .versioned
      version = script.version?.description
      description = script.description
    }

    init(_ callback: CallbackScript) {
      script = callback.script
      text = callback.text
      configuration = callback.configuration
      textProblem = callback.textProblem
      isProgram = callback.program != nil
      isVersioned = false
      version = nil
      description = callback.description
    }
  }

  let settings: MigrationSettings
  /// What keeps the scripts from running, in their order.
  private(set) var problems: [ValidationProblem] = []

  init(settings: MigrationSettings) {
    self.settings = settings
  }

  /// No statements if the script cannot be cut, or is a program.
  mutating func cut(_ source: Source) -> (isTransactional: Bool, statements: [SQLStatement]) {
    if let problem = source.textProblem {
      problems.append(problem)
      return (true, [])
    }
    guard !source.isProgram else { return (false, []) }
    let statements: [SQLStatement]
    do throws(SQLScriptError) {
      let cut = try StatementSplitter.cut(source.text, limits: settings.limits)
      statements = cut.statements
      if let place = cut.openComment { reportComment(source, place) }
      if !cut.backfills.isEmpty { return (false, backfills(cut.backfills, beside: statements.first, source)) }
    } catch {
      let code: MigrationProblem.Code = error.code == .unclosedBlock ? .incompleteStatement : .unparsableScript
      report(code, source, error.message, nextStep: error.nextStep, at: error.position)
      return (true, [])
    }
    if let control = statements.first(where: { $0.facts.transactionControl?.breaksMigrationTransaction == true }) {
      reportControl(source, control)
      return (false, statements)
    }
    return (isTransactional(source, statements), statements)
  }

  private mutating func backfills(
    _ backfills: ScriptBackfills, beside other: SQLStatement?, _ source: Source
  ) -> [SQLStatement] {
    let refusal = backfills.refusal(
      beside: other, isVersioned: source.isVersioned, inTransaction: source.configuration.executeInTransaction)
    for error in backfills.problems + [refusal].compactMap(\.self) {
      report(.invalidBackfill, source, error.message, nextStep: error.nextStep, at: error.position)
    }
    return backfills.statements
  }

  private mutating func isTransactional(_ source: Source, _ statements: [SQLStatement]) -> Bool {
    if let asked = source.configuration.executeInTransaction { return asked }
    guard settings.executeInTransaction else { return false }
    guard let outside = statements.first(where: { !$0.isTransactional }) else { return true }
    guard !settings.mixed, let inside = statements.first(where: { $0.isTransactional }) else { return false }
    let culprit = max(outside.position.byteOffset, inside.position.byteOffset) == outside.byteOffset ? outside : inside
    report(
      .mixedStatements, source,
      "\(outside.facts.nonTransactionalReason ?? "A statement") at line \(outside.line) cannot run in a transaction, "
        + "\(inside.facts.verb.isEmpty ? "the statement" : inside.facts.verb) at line \(inside.line) can.",
      nextStep: "Move the statements that cannot into a migration of their own, or set mixed to run all without one.",
      at: culprit.position)
    return false
  }

  /// A script with its own BEGIN and COMMIT parts from its history row whatever is done; it runs as psql runs it.
  private mutating func reportControl(_ source: Source, _ statement: SQLStatement) {
    report(
      .transactionControl, source,
      "\(statement.facts.verb) at line \(statement.line) starts or ends a transaction, so the script runs outside of "
        + "the one that would hold its history row.",
      nextStep: "Delete the statement, and the script commits as a whole or not at all.", severity: .warning,
      at: statement.position)
  }

  private mutating func reportComment(_ source: Source, _ place: SourcePosition) {
    report(
      .unterminatedComment, source, "the comment that starts at \(place) never ends; everything behind it is left out.",
      nextStep: "Close it with */.", severity: .warning, at: place)
  }

  private mutating func report(
    _ code: MigrationProblem.Code, _ source: Source, _ message: String, nextStep: String,
    severity: MigrationProblem.Severity = .blocking, at position: SourcePosition?
  ) {
    problems.append(
      MigrationProblem(
        code, severity: severity, message: "\(source.script): \(message)", nextStep: nextStep, files: [source.script],
        version: source.version, description: source.description, position: position))
  }
}
