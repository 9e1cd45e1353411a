/// One callback, cut into what is sent to the server.
package struct PlannedCallback: Sendable, Hashable {
  /// The file.
  package let script: CallbackScript
  /// Whether its statements can run in a transaction.
  package let isTransactional: Bool
  /// In order; empty for a program, and if the script could not be cut, which is then a blocking problem.
  package let statements: [SQLStatement]

  /// What is run instead of statements.
  package var program: Program? { script.program }

  /// A callback from a script and its statements.
  package init(script: CallbackScript, isTransactional: Bool, statements: [SQLStatement]) {
    self.script = script
    self.isTransactional = isTransactional
    self.statements = statements
  }
}
