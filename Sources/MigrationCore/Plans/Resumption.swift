/// How far an interrupted migration outside a transaction has come, as its row of the history says.
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
}
