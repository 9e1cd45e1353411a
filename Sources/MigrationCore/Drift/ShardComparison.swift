/// Compares the shards of the tables of Citus with the coordinator's tables: first digests, then the parts of those that
/// differ.
package enum ShardComparison {
  /// A shard at the place where the metadata says it is.
  package struct Placement: Sendable, Hashable, Comparable {
    package let shard: Int64
    /// `host:port`.
    package let node: String
    /// Identifies the table on the coordinator.
    package let table: String
    /// The table's qualified name.
    package let name: String

    /// A placement of its parts.
    package init(shard: Int64, node: String, table: String, name: String) {
      self.shard = shard
      self.node = node
      self.table = table
      self.name = name
    }

    package static func < (left: Placement, right: Placement) -> Bool {
      (left.name, left.shard, left.node) < (right.name, right.shard, right.node)
    }

    var place: String { "\(node) shard \(shard)" }
  }

  /// A column, constraint, index or the like of one table or shard.
  package struct Part: Sendable, Hashable {
    package let kind: String
    package let name: String
    package let text: String

    /// A part of its texts.
    package init(kind: String, name: String, text: String) {
      self.kind = kind
      self.name = name
      self.text = text
    }

    // Citus shortens long names of indexes and constraints on shards, so only their beginning says which is which.
    fileprivate var identity: Identity {
      let isNamedByShard = ["constraint", "index", "trigger"].contains(kind)
      return Identity(kind: kind, name: isNamedByShard ? String(name.prefix(10)) : name)
    }
  }

  fileprivate struct Identity: Hashable {
    let kind: String
    let name: String
  }

  /// The placements whose digest is not that of their table; those that the node does not have have none.
  package static func suspects(
    _ placements: [Placement], expected: [String: String], found: [String: [Int64: String]]
  ) -> [Placement] {
    placements.filter { placement in
      guard let digests = found[placement.node] else { return false }
      return digests[placement.shard] != expected[placement.table]
    }.sorted()
  }

  /// What differs between a table and one of its shards.
  ///
  /// - Parameter shard: nil where the node has no such table.
  package static func differences(
    _ placement: Placement, table: [Part], shard: [Part]?
  ) -> [DriftDifference] {
    guard let shard else {
      return [DriftDifference(.init(.table, placement.name), node: placement.place, .missing)]
    }
    let (wanted, present) = (grouped(table), grouped(shard))
    return Set(wanted.keys).union(present.keys).flatMap { identity in
      compare(wanted[identity] ?? [], present[identity] ?? [], placement)
    }.sorted { ($0.key, $0.change.rawValue) < ($1.key, $1.change.rawValue) }
  }

  private static func grouped(_ parts: [Part]) -> [Identity: [Part]] {
    Dictionary(grouping: parts, by: \.identity)
  }

  // What is equal on both sides goes; of the rest the first of each side belong together.
  private static func compare(_ wanted: [Part], _ present: [Part], _ placement: Placement) -> [DriftDifference] {
    var (left, right) = (wanted, present)
    for part in wanted {
      if let match = right.firstIndex(where: { $0.text == part.text }), let own = left.firstIndex(of: part) {
        right.remove(at: match)
        left.remove(at: own)
      }
    }
    var found: [DriftDifference] = []
    for index in 0..<max(left.count, right.count) {
      let (before, after) = (left.dropFirst(index).first, right.dropFirst(index).first)
      guard let shown = before ?? after, let key = key(shown, placement) else { continue }
      let change: DriftDifference.Change = before == nil ? .unexpected : after == nil ? .missing : .changed
      found.append(
        DriftDifference(key, node: placement.place, change, expected: before?.text, actual: after?.text))
    }
    return found
  }

  private static func key(_ part: Part, _ placement: Placement) -> DriftObject.Key? {
    guard let kind = DriftKind(rawValue: part.kind) else { return nil }
    let schema = placement.name.split(separator: ".").first.map(String.init) ?? ""
    switch kind {
    case .table: return .init(.table, placement.name)
    case .index: return .init(.index, "\(schema).\(part.name)")
    default: return .init(kind, "\(placement.name).\(part.name)")
    }
  }
}

extension Collection where Element == DriftDifference {
  /// One difference in the place of those that are the same on several shards, with the first place and their number.
  package var merged: [DriftDifference] {
    var order: [DriftDifference] = []
    var places: [DriftDifference: [String]] = [:]
    for difference in self {
      var plain = difference
      plain.node = nil
      if places[plain] == nil { order.append(plain) }
      places[plain, default: []].append(difference.node ?? "")
    }
    return order.map { plain in
      let nodes = (places[plain] ?? []).filter { !$0.isEmpty }
      var difference = plain
      difference.node = nodes.first.map { nodes.count > 1 ? "\($0) and \(nodes.count - 1) more" : $0 }
      return difference
    }
  }
}
