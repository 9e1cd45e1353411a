/// What a run tells, as far as a person sees it.
enum ProgressEvent: Sendable, Equatable {
  /// So many migrations follow.
  case planned(count: Int)
  /// A migration begins.
  case started(ProgressStep)
  /// A statement begins, counted from 1.
  case statement(index: Int, count: Int, line: Int?, verb: String)
  /// That statement has ended.
  case statementEnded(index: Int, count: Int, line: Int?, verb: String, milliseconds: Int)
  /// A backfill within the statement has changed so many rows; `text` says of how many, and where it is.
  case backfill(text: String, isNotable: Bool, isFinished: Bool)
  case applied(ProgressStep, milliseconds: Int)
  case failed(ProgressStep)
  /// The lock of another run is waited for; `attempt` counts from 1, a second apart.
  case waiting(holder: String, attempt: Int)
  /// Something to say besides.
  case note(LogLine)
}

/// A migration as progress shows it.
struct ProgressStep: Sendable, Equatable {
  /// `V2`, or `R "views"`.
  let label: String
  /// Nil for repeatable migrations.
  let version: String?
  let description: String
  let isTransactional: Bool
  let statements: Int
  /// A program, which has no statements.
  var isProgram = false
  /// Taken back instead of applied.
  var isUndo = false

  /// `V2 add bets`, `R views`.
  var title: String {
    guard version != nil else { return "R \(description)" }
    return description.isEmpty ? label : "\(label) \(description)"
  }
}
