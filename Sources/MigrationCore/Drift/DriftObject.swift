/// One object of a database, by name, with what is compared of it.
package struct DriftObject: Sendable, Hashable {
  /// Names an object: kind and qualified name.
  package struct Key: Sendable, Hashable, Comparable {
    package let kind: DriftKind
    package let name: String

    /// A key of its parts.
    package init(_ kind: DriftKind, _ name: String) {
      self.kind = kind
      self.name = name
    }

    /// `kind/name`, what patterns match.
    package var text: String { "\(kind.rawValue)/\(name)" }

    package static func < (left: Key, right: Key) -> Bool {
      left.kind == right.kind ? left.name < right.name : left.kind < right.kind
    }
  }

  package let key: Key
  /// By name; what an object does not have is absent.
  package let properties: [String: String]

  /// An object; a value too long to be shown is kept as its digest.
  package init(_ kind: DriftKind, _ name: String, _ properties: [String: String]) {
    key = Key(kind, name)
    self.properties = properties.mapValues(Self.bounded)
  }

  /// Beyond that a value is a digest: the first difference would be hard to see anyway.
  private static let longestValue = 240

  private static func bounded(_ value: String) -> String {
    guard value.utf8.count > longestValue else { return value }
    return "#" + ContentDigest.sha256(Array(value.utf8)).prefix(16)
  }
}
