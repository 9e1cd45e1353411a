internal import MigrationCore
internal import MigrationEngine

/// What a run has done so far, put together from its events: what is reported when it fails too.
struct RunRecord: Sendable {
  /// One migration that was applied or undone.
  struct Step: Sendable {
    let step: PlannedStep
    let milliseconds: Int
    /// The first ones, at most `mostStatements`.
    let statements: [Statement]
  }

  /// One statement of it.
  struct Statement: Sendable {
    let line: Int
    let verb: String
    let milliseconds: Int
  }

  private(set) var steps: [Step] = []
  private(set) var warnings: [String] = []
  private(set) var initialVersion: String?
  private var statements: [Statement] = []

  /// How many warnings are kept; more are counted by nobody.
  private static let mostWarnings = 1000
  /// How many statements of a migration are kept.
  static let mostStatements = 1000

  /// Takes an event in.
  mutating func handle(_ event: RunEvent) {
    switch event {
    case .planned(let plan): initialVersion = plan.currentVersion
    case .undoing(let plan): initialVersion = plan.currentVersion
    case .started: statements = []
    case .statement(let step, let index, _, let milliseconds?):
      guard step.statements.indices.contains(index - 1), statements.count < Self.mostStatements else { return }
      let statement = step.statements[index - 1]
      statements.append(
        Statement(line: statement.line, verb: statement.facts.verb, milliseconds: milliseconds))
    case .retrying: statements = []
    case .notice(let severity, let message, _) where severity == "WARNING" && warnings.count < Self.mostWarnings:
      warnings.append(message)
    case .applied(let step, let milliseconds):
      steps.append(Step(step: step, milliseconds: milliseconds, statements: statements))
      statements = []
    default: break
    }
  }

  /// In milliseconds.
  var totalTime: Int { steps.reduce(0) { $0 + $1.milliseconds } }
  /// The version of the last versioned migration.
  var targetVersion: String? { steps.last { $0.step.version != nil }?.step.version }
}
