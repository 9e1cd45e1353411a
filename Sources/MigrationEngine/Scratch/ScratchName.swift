/// The name of a scratch database: it tells when it was made, so that one left behind by a crash is known for one.
package struct ScratchName: Sendable, Hashable {
  /// What `CREATE DATABASE` is given: `whimbrel_scratch_1767225600_5f3a9c01`.
  package let text: String
  /// In seconds since 1970.
  let createdAt: Int64

  /// How long a scratch database is used at most; an older one was left behind.
  static let longestUse: Int64 = 3600
  static let prefix = "whimbrel_scratch_"

  /// A name for a database that is made now.
  init(createdAt: Int64, random: UInt32) {
    let digits = String(random, radix: 16)
    text = "\(Self.prefix)\(createdAt)_\(String(repeating: "0", count: 8 - digits.count))\(digits)"
    self.createdAt = createdAt
  }

  /// Reads the name of a database; nil if it is none of a scratch database.
  init?(_ text: String) {
    guard text.hasPrefix(Self.prefix) else { return nil }
    let parts = text.dropFirst(Self.prefix.count).split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].count == 8, UInt32(parts[1], radix: 16) != nil, let createdAt = Int64(parts[0])
    else { return nil }
    self.text = text
    self.createdAt = createdAt
  }

  /// Whether whoever made it cannot use it any more.
  func isLeftBehind(at now: Int64) -> Bool { now - createdAt > Self.longestUse }
}
