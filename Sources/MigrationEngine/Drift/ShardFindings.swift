package import MigrationCore

/// What comparing the shards with the coordinator's tables came to.
package struct ShardFindings: Sendable, Equatable {
  /// What differs; equal differences of several shards are one.
  package var differences: [DriftDifference] = []
  /// How many shards at how many places were looked at.
  package var placements = 0
  /// The nodes that could not be asked, each with the reason.
  package var unanswered: [String] = []

  /// Findings; none by default.
  package init(differences: [DriftDifference] = [], placements: Int = 0, unanswered: [String] = []) {
    self.differences = differences
    self.placements = placements
    self.unanswered = unanswered
  }
}
