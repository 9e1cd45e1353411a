internal import MigrationCore

/// What only a person can decide before an interrupted migration goes on.
struct Undecided {
  /// What is not known.
  enum Question {
    /// Whether the statement that was under way was done.
    case statement
    /// What the session was like, which is lost.
    case session
  }

  let position: Resumption
  let question: Question
  /// What was found, in a few words.
  let finding: String

  init(_ position: Resumption, _ question: Question, _ finding: String) {
    self.position = position
    self.question = question
    self.finding = finding
  }

  /// What to do, with the exact commands.
  func advice(_ step: PlannedStep, _ history: SchemaHistory) -> String {
    func command(done: Int) -> String {
      history.notation(of: Resumption(rank: position.rank, done: done, isUnderWay: false))
    }
    let repair = "or undo all that it did, and repair takes its row out, so that it runs from its beginning"
    switch question {
    case .session:
      let count = step.statements.count
      return "do by hand what is left, statements \(position.done + 1) to \(count), then send: "
        + "\(command(done: count)); \(repair)"
    case .statement:
      return "look in the database; if it was done, send: \(command(done: position.done + 1)); if it was not: "
        + "\(command(done: position.done)); then it goes on by itself; \(repair)"
    }
  }
}

extension EngineError {
  /// An interrupted migration that a person must decide about.
  static func undecided(_ undecided: Undecided, _ place: ScriptPlace, _ history: SchemaHistory) -> EngineError {
    let (step, number) = (place.step, undecided.position.done + 1)
    let verb = step.program == nil ? place.statement.map { $0.facts.verb.isEmpty ? "?" : $0.facts.verb } : "the program"
    let what = "statement \(number) of \(max(step.statements.count, 1)) (\(verb ?? "?"))"
    let message =
      undecided.question == .session
      ? "the migration was interrupted before \(what), and \(undecided.finding)"
      : "\(what) was under way when its session ended, and \(undecided.finding)"
    let failure = StepFailure(
      step: step, place: place.statement.map { ($0.line, $0.column) }, sqlState: nil, message: message,
      hint: undecided.advice(step, history), isRolledBack: false)
    return EngineError(.undecided, failure.summary, failure: failure)
  }
}
