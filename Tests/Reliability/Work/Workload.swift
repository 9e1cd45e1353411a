internal import TestSupport

/// A directory of migrations whose effects can be counted: what ran, and how often, is in the tables themselves.
///
/// Each migration writes rows into the plain table `ledger`, by its own statements, without any trigger. What runs
/// outside a transaction writes one row before, one between and one after, so that half a run is seen as well. Some
/// count up `tally`, which a second run would spoil even if it cleaned up its rows.
package struct Workload: Sendable {
  /// What a migration is, and so how it can be interrupted.
  package enum Kind: String, Sendable, CaseIterable {
    /// Makes the tables; always the first.
    case foundation
    /// A new table, distributed now and then, in a transaction.
    case table
    /// A new column on all shards, in a transaction.
    case column
    /// Changed rows, in a transaction that takes a moment.
    case rows
    /// `CREATE INDEX CONCURRENTLY` on all shards, between two rows of the ledger.
    case index
    /// `DROP INDEX CONCURRENTLY` of an index that an earlier migration made.
    case indexDrop
    /// Statements outside a transaction, none of which may run twice.
    case backfill
  }

  /// One migration.
  package struct Migration: Sendable, Equatable {
    /// Its version, counted from 1.
    package let version: Int
    package let kind: Kind
    /// Its file, such as `V007__index.sql`.
    package let script: String
    package let text: String
    /// The rows of the ledger that it writes, from 1.
    package let parts: Int
    /// What it adds to `tally`.
    package let tally: Int
    /// The index that exists when it is done.
    package let index: String?
    /// The index that does not.
    package let droppedIndex: String?

    /// Whether it has a file beside it that says that it runs outside a transaction.
    package var isOutsideTransaction: Bool { [.index, .indexDrop, .backfill].contains(kind) }
  }

  /// In the order of their versions.
  package private(set) var migrations: [Migration] = []
  private var random: SeededGenerator
  private var indexes: [String] = []

  /// - Parameters:
  ///   - count: how many migrations.
  ///   - seed: determines their kinds.
  package init(_ count: Int, seed: UInt64) {
    random = SeededGenerator(seed: seed)
    extend(by: count)
  }

  /// Adds migrations after the last one; returns their files.
  @discardableResult
  package mutating func extend(by count: Int) -> [String: String] {
    let first = migrations.count + 1
    for version in first..<first + count {
      let kind = version == 1 ? .foundation : nextKind()
      let migration = Migration(version, kind, indexes: indexes)
      if let index = migration.index { indexes.append(index) }
      if let index = migration.droppedIndex { indexes.removeAll { $0 == index } }
      migrations.append(migration)
    }
    return Self.files(migrations.suffix(count))
  }

  /// Content by file name.
  package var files: [String: String] { Self.files(migrations[...]) }

  private static func files(_ migrations: ArraySlice<Migration>) -> [String: String] {
    migrations.reduce(into: [:]) { files, migration in
      files[migration.script] = migration.text
      if migration.isOutsideTransaction { files[migration.script + ".conf"] = "executeInTransaction=false\n" }
    }
  }

  private mutating func nextKind() -> Kind {
    // More than a few indexes at a time only make each write slower.
    if indexes.count >= 4 { return .indexDrop }
    let kinds: [Kind] = [.table, .column, .rows, .rows, .index, .index, .backfill, .backfill]
    return kinds[Int.random(in: 0..<kinds.count, using: &random)]
  }
}
