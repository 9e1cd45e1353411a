/// How far an interrupted migration outside a transaction has come, as its row of the history says.
///
/// While such a migration runs, its row says `success` false, which Flyway reads as failed, and `execution_time` is the
/// journal: -(2d + 1) where d statements are done and the next has not started, -2k where statement k is under way and
/// those before it are done. A time of 0 or more says that it failed for good, as Flyway records it.
package struct Resumption: Sendable, Hashable {
  /// The rank of its row.
  package let rank: Int
  /// How many statements are done.
  package let done: Int
  /// Whether the next one was under way.
  package let isUnderWay: Bool

  /// A resumption from its parts.
  package init(rank: Int, done: Int, isUnderWay: Bool) {
    self.rank = rank
    self.done = done
    self.isUnderWay = isUnderWay
  }

  /// Reads the journal; nil where a time is none.
  package init?(rank: Int, executionTime: Int) {
    guard executionTime < 0 else { return nil }
    // -1 is 0 done, -2 is 0 done and the first under way, and so on.
    self.init(rank: rank, done: -(executionTime + 1) / 2, isUnderWay: executionTime % 2 == 0)
  }

  /// What the journal holds for it.
  package var executionTime: Int { isUnderWay ? -2 * (done + 1) : -(2 * done + 1) }
}

extension HistoryRow {
  /// How far the migration has come; nil if it succeeded, or failed for good.
  package var resumption: Resumption? {
    success ? nil : Resumption(rank: installedRank, executionTime: executionTime)
  }
}
