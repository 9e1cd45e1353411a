/// The lines of the log that a run leaves behind.
struct ProgressLog: Sendable {
  /// The schema that texts name.
  let schema: String
  /// With a live line the beginning of a migration needs no line of its own.
  let isLive: Bool

  /// From this on a statement is worth a line, in milliseconds.
  static let slow = 1000
  /// While the lock is waited for there is a line at first and after so many attempts.
  static let attemptsPerLine = 10

  /// The lines for an event.
  func lines(for event: ProgressEvent) -> [LogLine] {
    switch event {
    case .planned: []
    case .started(let step): [LogLine(level: isLive ? .debug : .info, text: beginning(step))]
    case .statement: []
    case .statementEnded(let index, let count, let line, let verb, let milliseconds):
      [
        LogLine(
          level: milliseconds >= Self.slow ? .info : .debug,
          text:
            "  statement \(index) of \(count)\(line.map { ", line \($0)" } ?? "")\(verb.isEmpty ? "" : " (\(verb))"): "
            + ElapsedText.short(milliseconds: milliseconds))
      ]
    case .backfill(let text, let isNotable, let isFinished):
      [LogLine(level: isFinished || isNotable && !isLive ? .info : .debug, text: "  \(text)")]
    case .applied(let step, let milliseconds): [applied(step, milliseconds)]
    // The error itself follows when the run has ended.
    case .failed: []
    case .waiting(let holder, let attempt):
      attempt == 1 || attempt % Self.attemptsPerLine == 0 && !isLive
        ? [LogLine(level: .info, text: "Waiting for the lock: \(holder)")] : []
    case .note(let line): [line]
    }
  }

  private func beginning(_ step: ProgressStep) -> String {
    let mode = step.isTransactional ? "" : " [non-transactional]"
    guard let version = step.version else {
      return "Migrating schema \"\(schema)\" with repeatable migration \"\(step.description)\"\(mode)"
    }
    let title = step.description.isEmpty ? version : "\(version) - \(step.description)"
    let doing = step.isUndo ? "Undoing migration of" : "Migrating"
    return "\(doing) schema \"\(schema)\" to version \"\(title)\"\(mode)"
  }

  private func applied(_ step: ProgressStep, _ milliseconds: Int) -> LogLine {
    let statements =
      step.isProgram ? "program" : step.statements == 1 ? "1 statement" : "\(step.statements) statements"
    let mark = isLive ? "✓ " : "  "
    return LogLine(
      level: .info,
      text: "\(mark)\(step.title): \(step.isUndo ? "undone" : "applied"), \(statements), "
        + ElapsedText.short(milliseconds: milliseconds), isGood: isLive)
  }
}
