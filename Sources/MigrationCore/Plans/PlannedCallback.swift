/// One callback, cut into what is sent to the server.
package struct PlannedCallback: Sendable, Hashable {
  /// The file.
  package let script: CallbackScript
  /// Whether its statements can run in a transaction.
  package let isTransactional: Bool
  /// In order; empty if the script could not be cut, which is then a blocking problem.
  package let statements: [SQLStatement]

  /// A callback from a script and its statements.
  package init(script: CallbackScript, isTransactional: Bool, statements: [SQLStatement]) {
    self.script = script
    self.isTransactional = isTransactional
    self.statements = statements
  }
}
