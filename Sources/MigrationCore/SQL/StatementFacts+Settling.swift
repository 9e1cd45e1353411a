extension StatementFacts {
  /// How to find out whether a statement was done, after the connection was lost while it ran outside a transaction.
  package enum Settling: Sendable, Hashable {
    /// Look for the index: valid means done, none means not done, invalid means half done.
    case createIndex(ConcurrentIndex)
    /// Look for the index: none means done, a valid one means not done, an invalid one means half done.
    case dropIndex(ConcurrentIndex)
    /// Look for invalid indexes that a concurrent rebuild leaves behind (`_ccnew`, `_ccold`), drop them, run it again.
    case reindex(ConcurrentIndex)
    /// Doing it again does no harm, whether it was done or not.
    case runAgain
    /// Nothing tells.
    case ambiguous
  }
}

extension StatementSource {
  /// How to settle the statement.
  var settling: StatementFacts.Settling {
    if let index = concurrentIndex {
      return switch index.action {
      case .create: .createIndex(index)
      case .drop: .dropIndex(index)
      case .reindex: .reindex(index)
      }
    }
    return isHarmlessAgain ? .runAgain : .ambiguous
  }

  /// Maintenance, and what says by itself that it may have been done before.
  private var isHarmlessAgain: Bool {
    guard let first = tokens.first, first.kind == .word else { return false }
    if startsWith("CREATE", "OR", "REPLACE") || startsWith("ALTER", "SYSTEM") { return true }
    if isWord(first, "CREATE") { return has("IF", "NOT") }
    if isWord(first, "DROP") { return has("IF", "EXISTS") }
    let harmless: [StaticString] = [
      "VACUUM", "ANALYZE", "REINDEX", "CLUSTER", "CHECKPOINT", "DISCARD", "REFRESH", "COMMENT", "GRANT", "REVOKE",
      "SET",
      "RESET",
    ]
    return harmless.contains { isWord(first, $0) }
  }
}
