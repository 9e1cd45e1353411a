package import MigrationCore

/// What `info` found.
package struct HistoryReport: Sendable {
  package let snapshot: HistorySnapshot
  package let overview: MigrationOverview
  /// What is wrong with files, history or target; where one of them blocks, Flyway gives only that.
  package let problems: [MigrationProblem]

  /// Whether no configured schema holds anything.
  package var allSchemasEmpty: Bool { !snapshot.tableExists && snapshot.nonEmptySchemas.isEmpty }
}
