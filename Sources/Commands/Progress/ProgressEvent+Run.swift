internal import MigrationCore
internal import MigrationEngine

extension ProgressEvent {
  /// What an event of the engine means for a person; nil where it means nothing.
  init?(_ event: RunEvent, isUndo: Bool = false) {
    switch event {
    case .waitingForLock(let holder, let attempt):
      self = .waiting(
        holder: holder.map { "held by \($0.description)" } ?? "held by a session that this role may not see",
        attempt: attempt)
    case .planned(let plan): self = .planned(count: plan.steps.count)
    case .undoing(let plan): self = .planned(count: plan.steps.count)
    case .started(let step): self = .started(ProgressStep(step, isUndo: isUndo))
    case .statement(let step, let index, let count, let milliseconds):
      let statement = step.statements.indices.contains(index - 1) ? step.statements[index - 1] : nil
      let (line, verb) = (statement?.line, statement?.facts.verb ?? "")
      self =
        milliseconds.map {
          .statementEnded(index: index, count: count, line: line, verb: verb, milliseconds: $0)
        } ?? .statement(index: index, count: count, line: line, verb: verb)
    case .backfill(_, let progress):
      self = .backfill(
        text: BackfillLine.text(progress), isNotable: progress.isNotable, isFinished: progress.isFinished)
    case .applied(let step, let milliseconds):
      self = .applied(ProgressStep(step, isUndo: isUndo), milliseconds: milliseconds)
    case .failed(let step, _): self = .failed(ProgressStep(step, isUndo: isUndo))
    default:
      guard let line = LogLine(event) else { return nil }
      self = .note(line)
    }
  }
}

extension ProgressStep {
  /// A planned migration as progress shows it.
  init(_ step: PlannedStep, isUndo: Bool) {
    self.init(
      label: step.script.name.label, version: step.version, description: step.script.description,
      isTransactional: step.isTransactional, statements: step.statements.count,
      isProgram: step.program != nil, isUndo: isUndo)
  }
}

extension LogLine {
  /// The line for what is no progress.
  init?(_ event: RunEvent) {
    switch event {
    case .callback(let event, let script):
      self.init(level: .info, text: "Executing SQL callback: \(event.rawValue) - \(script)")
    case .callbackFailed(let event, let script, let message):
      self.init(level: .warning, text: "The callback \(event.rawValue) (\(script)) failed too: \(message)")
    case .program(_, let command): self.init(level: .info, text: "Executing \(command.joined(separator: " "))")
    case .programOutput(_, let line): self.init(level: .info, text: line)
    case .retrying(let step, let attempt, let delay, let message):
      self.init(
        level: .warning,
        text: "\(step.script.script): \(message); rolled back, attempt \(attempt + 1) follows in "
          + ElapsedText.short(milliseconds: Int(delay.components.seconds * 1000)))
    case .settling(let step, let message):
      self.init(level: .warning, text: "\(step.script.script): \(message)")
    case .resuming(let step, let done):
      self.init(
        level: .warning,
        text: "\(step.script.script): an earlier run was interrupted, \(done) of \(step.statements.count) statements "
          + "were done; going on from there")
    case .rebuilding(let step, let index):
      self.init(level: .warning, text: "\(step.script.script): index \(index) was left half built; it is built again")
    case .endingHolder(let holder):
      self.init(level: .warning, text: "Ending the session that holds the lock: \(holder.description)")
    case .notice(let severity, let message, let sqlState):
      let isWarning = severity == "WARNING"
      self.init(
        level: isWarning ? .warning : severity == "DEBUG" ? .debug : .info,
        text: "DB: \(message)\(isWarning ? " (SQL State: \(sqlState))" : "")")
    case .resultTable(let table):
      // SELECT of a function that returns nothing, such as create_distributed_table().
      guard table.rows.contains(where: { $0.contains { $0?.isEmpty == false } }) else { return nil }
      self.init(level: .info, text: Self.text(table))
    default: return nil
    }
  }

  private static func text(_ result: ResultTable) -> String {
    let shown = result.rows.prefix(20)
    let table = TextTable(
      columns: result.columns.map { VisibleText.cell($0) }, rows: shown.map { $0.map { $0 ?? "" } },
      emptyText: "No rows")
    let more = result.count > shown.count ? "(\(result.count - shown.count) more rows)\n" : ""
    return String((table.render() + more).dropLast())
  }
}
