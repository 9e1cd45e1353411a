internal import MigrationCore

/// What became of a statement that was under way when its session ended.
enum Settlement: Equatable {
  case done
  /// It was not done, or doing it again does no harm.
  case again
  /// An index is half built, rebuilt or dropped: what there is of it goes, on the coordinator by statements and where
  /// only shards have it; then the statement is sent again, unless it drops the index itself.
  case tidy(index: String, drops: [String], strays: [String], isDone: Bool)
  /// Nothing tells; what was found.
  case undecided(String)

  /// Judges what is there after the session has ended.
  ///
  /// An index of the statement's name is the statement's own: that there was none was seen before it was noted that the
  /// statement was under way.
  static func judge(_ settling: StatementFacts.Settling, _ finding: IndexLook.Finding) -> Settlement {
    switch settling {
    case .createIndex: created(finding)
    case .dropIndex: dropped(finding)
    case .reindex: rebuilt(finding)
    case .runAgain: .again
    case .ambiguous: .undecided("nothing in the database tells whether it was done")
    }
  }

  private static func created(_ finding: IndexLook.Finding) -> Settlement {
    guard finding.isNamed else {
      return .undecided("the index has no name in the script, so it cannot be told from others")
    }
    switch finding.state {
    case .missing where finding.strays.isEmpty: return .again
    case .missing: return .tidy(index: finding.name, drops: [], strays: finding.strays, isDone: false)
    case .valid where finding.isOnAllShards: return .done
    case .valid(let name), .invalid(let name):
      return .tidy(index: name, drops: [drop(name)], strays: [], isDone: false)
    }
  }

  // Dropping goes on where it was left, also with an index that it has made invalid. Of a distributed table some shards
  // may have lost theirs while the coordinator has its own still, and Citus refuses to drop what is not there; or the
  // coordinator has dropped its own first, and after that the name is not known any more.
  private static func dropped(_ finding: IndexLook.Finding) -> Settlement {
    switch finding.state {
    case .missing where finding.strays.isEmpty: return .done
    case .missing: return .tidy(index: finding.name, drops: [], strays: finding.strays, isDone: true)
    case .valid where finding.isOnAllShards: return .again
    case .valid(let name), .invalid(let name):
      return .tidy(index: name, drops: [drop(name)], strays: [], isDone: true)
    }
  }

  // The new index of a rebuild that was not finished, and the old one of a rebuild that was: no query uses either, and
  // PostgreSQL's documentation of REINDEX says to drop them and to rebuild again.
  private static func rebuilt(_ finding: IndexLook.Finding) -> Settlement {
    guard !finding.leftOvers.isEmpty || !finding.strays.isEmpty else { return .again }
    return .tidy(
      index: (finding.leftOvers + finding.strays).joined(separator: ", "), drops: finding.leftOvers.map(drop),
      strays: finding.strays, isDone: false)
  }

  // Citus refuses shards that have no such index, and drops nothing more then, without IF EXISTS.
  private static func drop(_ index: String) -> String { "DROP INDEX CONCURRENTLY IF EXISTS \(index)" }
}
