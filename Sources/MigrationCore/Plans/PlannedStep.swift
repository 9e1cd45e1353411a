/// One migration that is to run, cut into what is sent to the server.
package struct PlannedStep: Sendable, Hashable {
  /// The file.
  package let script: MigrationScript
  /// Whether all of it, and its history row, commit together.
  package let isTransactional: Bool
  /// In order; empty for a program, and if the script could not be cut, which is then a blocking problem of the plan.
  package let statements: [SQLStatement]
  /// Whether only the history row is written and no statement is sent (`skipExecutingMigrations`); no callbacks of the
  /// levels each and statement run for it.
  package let isSkipped: Bool
  /// What keeps it from running; the plan's problems have it too.
  package let problem: MigrationProblem?
  /// How far an earlier run has come with it; nil if it starts at its beginning.
  package var resumption: Resumption?

  /// A step from a script and its statements.
  package init(
    script: MigrationScript, isTransactional: Bool, statements: [SQLStatement], isSkipped: Bool = false,
    problem: MigrationProblem? = nil
  ) {
    self.script = script
    self.isTransactional = isTransactional
    self.statements = statements
    self.isSkipped = isSkipped
    self.problem = problem
  }

  /// What is run instead of statements: it has a connection of its own, so no transaction holds it and its row.
  package var program: Program? { script.program }
  /// As written in the file's name; nil for repeatable migrations.
  package var version: String? { script.version?.description }
  /// Whether the script starts or ends transactions by itself: a COMMIT may be missing at its end.
  package var controlsTransactions: Bool {
    statements.contains { $0.facts.transactionControl?.breaksMigrationTransaction == true }
  }
  /// Whether any statement works through rows of tables that may be filled.
  package var touchesData: Bool { statements.contains { $0.facts.touchesData } }
}
