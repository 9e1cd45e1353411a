internal import MigrationCore

/// What became of a statement on an index whose connection broke.
enum Settlement: Equatable {
  case done
  case notDone
  /// Neither: what was seen, and the commands that make it right.
  case half(String, commands: [String])

  /// Compares what was there before with what is there now, after the old server process has ended.
  static func judge(
    _ settling: StatementFacts.Settling, before: IndexLook.Finding?, after: IndexLook.Finding
  ) -> Settlement {
    switch settling {
    case .createIndex: created(before, after)
    case .dropIndex: dropped(after)
    case .reindex: rebuilt(after)
    case .runAgain: .notDone
    case .ambiguous: .half("nothing in the database tells whether the statement was done; look", commands: [])
    }
  }

  private static func created(_ before: IndexLook.Finding?, _ after: IndexLook.Finding) -> Settlement {
    guard after.isNamed else {
      return .half("the index has no name in the script, so it cannot be told from others; look", commands: [])
    }
    guard let before else {
      return .half("it is not known whether an index of that name was there before; look", commands: [])
    }
    // The server then says itself that the name is taken.
    if before.state != .missing { return .notDone }
    switch after.state {
    case .missing:
      guard after.shards.isInStep else {
        return .half("the coordinator does not have the index, but some shards do", commands: after.shards.drops)
      }
      return .notDone
    case .valid(let name):
      guard after.shards.isInStep else {
        return .half("index \(name) is valid, but not on all shards", commands: ["DROP INDEX CONCURRENTLY \(name)"])
      }
      return .done
    case .invalid(let name):
      return .half("index \(name) was left behind, invalid", commands: ["DROP INDEX CONCURRENTLY \(name)"])
    }
  }

  // Dropping goes on where it was left, also with an index that it has made invalid.
  private static func dropped(_ after: IndexLook.Finding) -> Settlement {
    if case .missing = after.state { return .done }
    return .notDone
  }

  private static func rebuilt(_ after: IndexLook.Finding) -> Settlement {
    guard after.leftOvers.isEmpty else {
      return .half(
        "the rebuilding left \(after.leftOvers.joined(separator: ", ")) behind",
        commands: after.leftOvers.map { "DROP INDEX CONCURRENTLY \($0)" })
    }
    return .notDone
  }
}
