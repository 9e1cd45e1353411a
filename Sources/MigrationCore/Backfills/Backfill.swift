/// Rows of one table that are changed batch by batch, each batch in a transaction of its own: what a line
/// `-- whimbrel: backfill ...` of a script asks for.
///
/// `condition` must be false for a row that was changed: that is how a run knows what is left, whatever ended the one before.
package struct Backfill: Sendable, Hashable {
  /// The table as the directive names it.
  package let table: ObjectName
  /// What stands behind `SET`.
  package let assignments: String
  /// What stands behind `WHERE`.
  package let condition: String
  /// How many rows a transaction changes at most.
  package let batch: Int
  /// How long nothing is done between two transactions.
  package let pause: Duration
  /// The columns by which rows are put in order; empty means the primary key.
  package let key: [String]

  /// A backfill from its parts.
  package init(
    table: ObjectName, assignments: String, condition: String, batch: Int, pause: Duration = .zero, key: [String] = []
  ) {
    self.table = table
    self.assignments = assignments
    self.condition = condition
    self.batch = batch
    self.pause = pause
    self.key = key
  }

  /// What all batches together are, as one statement; nothing sends it.
  package var update: String {
    let name = [table.schema, table.name].compactMap(\.self).map { part in
      "\"" + part.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
    return "UPDATE \(name.joined(separator: ".")) SET \(assignments) WHERE (\(condition))"
  }

  /// The most rows of one transaction: the answer to each batch has a value for each row.
  package static let largestBatch = 100_000
  /// The longest pause.
  package static let longestPause = Duration.seconds(3600)
}

extension StatementFacts {
  /// What is known of every backfill: it commits by itself, and doing it again does no harm.
  static var backfill: StatementFacts {
    var facts = StatementFacts()
    facts.verb = "BACKFILL"
    facts.nonTransactionalReason = "A backfill"
    facts.settling = .runAgain
    facts.sessionEffect = .none
    facts.touchesData = true
    return facts
  }
}
