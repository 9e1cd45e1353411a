/// What the parser must know of settings: which names there are, and whether a value must follow.
struct FlagTable: Sendable {
  /// How a setting is written as a flag.
  enum Kind: Sendable, Equatable {
    /// `--flag` alone means true.
    case switchable
    /// A value must follow.
    case valued
  }

  /// The setting that a flag means, without its dashes: Flyway's key and its kind; nil if there is none.
  let find: @Sendable (_ flag: String) -> (key: String, kind: Kind)?
  /// The key that somebody may have meant.
  let nearest: @Sendable (_ flag: String) -> String?

  /// A key as a long flag: `outOfOrder` is `--out-of-order`, `whimbrel.lockTimeout` is `--lock-timeout`.
  static func flag(of key: String) -> String {
    let name = key.hasPrefix("whimbrel.") ? String(key.dropFirst(9)) : key
    return name.unicodeScalars.reduce("--") { text, scalar in
      ("A"..."Z").contains(scalar) ? text + "-" + String(scalar).lowercased() : text + String(scalar)
    }
  }
}
