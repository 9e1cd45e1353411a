/// A lock on a table, weakest first (PostgreSQL's documentation, "Table-Level Locks").
package enum LockMode: String, Sendable, Hashable, CaseIterable, Comparable {
  case accessShare = "ACCESS SHARE"
  case rowShare = "ROW SHARE"
  case rowExclusive = "ROW EXCLUSIVE"
  case shareUpdateExclusive = "SHARE UPDATE EXCLUSIVE"
  case share = "SHARE"
  case shareRowExclusive = "SHARE ROW EXCLUSIVE"
  case exclusive = "EXCLUSIVE"
  case accessExclusive = "ACCESS EXCLUSIVE"

  /// A mode as `pg_locks` writes it: `AccessExclusiveLock`.
  package init?(catalogName: String) {
    guard let mode = Self.allCases.first(where: { $0.catalogName == catalogName }) else { return nil }
    self = mode
  }

  /// As `pg_locks` writes it.
  package var catalogName: String {
    rawValue.split(separator: " ").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined() + "Lock"
  }

  /// What others must wait with, in words.
  package var blocks: Blocking {
    switch self {
    case .accessShare, .rowShare, .rowExclusive: .nothing
    case .shareUpdateExclusive: .schemaChanges
    case .share, .shareRowExclusive, .exclusive: .writes
    case .accessExclusive: .readsAndWrites
    }
  }

  /// What waits for a lock.
  package enum Blocking: String, Sendable, Hashable {
    case nothing
    /// `VACUUM`, and other changes of the table's definition.
    case schemaChanges = "schema changes"
    case writes
    case readsAndWrites = "reads and writes"
  }

  private var strength: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  package static func < (left: LockMode, right: LockMode) -> Bool { left.strength < right.strength }
}
