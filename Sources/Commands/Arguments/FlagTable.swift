/// What the parser must know of settings: which names there are, and whether a value must follow.
struct FlagTable: Sendable {
  /// How a setting is written as a flag.
  enum Kind: Sendable, Equatable {
    /// `--flag` alone means true.
    case switchable
    /// A value must follow.
    case valued
    /// `--map.name value`.
    case map
  }

  /// Kinds by Flyway's key, without `flyway.`.
  let kinds: [String: Kind]

  /// The setting that a name means (`outOfOrder`, `out-of-order`, `placeholders.who`), nil if there is none.
  func find(_ name: String) -> (key: String, kind: Kind)? {
    let key = Self.key(of: name)
    if let kind = kinds[key], kind != .map { return (key, kind) }
    if let dot = key.firstIndex(of: "."), kinds[String(key[..<dot])] == .map, key.index(after: dot) < key.endIndex {
      return (key, .valued)
    }
    return nil
  }

  /// Flyway's key for a flag's name: `out-of-order` is `outOfOrder`; what follows a dot stays as it is.
  static func key(of name: String) -> String {
    let dot = name.firstIndex(of: ".") ?? name.endIndex
    let parts = name[..<dot].split(separator: "-", omittingEmptySubsequences: false)
    let head = parts.dropFirst().reduce(String(parts.first ?? "")) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    return head + name[dot...]
  }

  /// A key as a long flag: `outOfOrder` is `--out-of-order`.
  static func flag(of key: String) -> String {
    key.unicodeScalars.reduce("--") { text, scalar in
      ("A"..."Z").contains(scalar) ? text + "-" + String(scalar).lowercased() : text + String(scalar)
    }
  }
}
