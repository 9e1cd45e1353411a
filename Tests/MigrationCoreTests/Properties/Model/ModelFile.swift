/// A migration file as the model knows it: it was made from these parts, so nothing has to be read off its name.
struct ModelFile: Equatable {
  enum Kind: String {
    case versioned = "V"
    case baseline = "B"
    case repeatable = "R"
  }

  let kind: Kind
  /// The numbers of the version; empty for repeatables.
  let version: [Int]
  /// How the version is written in the name: `1`, `01`, `1.0`, `1_0`.
  let spelling: String
  var description: String
  /// What stands in the file; `${env}` is the only placeholder.
  var content: String

  var path: String {
    "\(kind.rawValue)\(spelling)__\(description.split(separator: " ", omittingEmptySubsequences: false).joined(separator: "_")).sql"
  }
  var versionText: String? {
    kind == .repeatable ? nil : spelling.split(separator: "_", omittingEmptySubsequences: false).joined(separator: ".")
  }
  var type: String { kind == .baseline ? "SQL_BASELINE" : "SQL" }
  var rawChecksum: Int32 { Self.crc(content) }

  /// Of repeatables after the placeholder was replaced.
  func checksum(env: String) -> Int32 {
    kind == .repeatable
      ? Self.crc(content.split(separator: "${env}", omittingEmptySubsequences: false).joined(separator: env))
      : rawChecksum
  }

  func matches(_ stored: Int32?, env: String) -> Bool {
    stored == checksum(env: env) || stored == rawChecksum
  }

  /// CRC-32 bit by bit over all bytes but line ends.
  private static func crc(_ text: String) -> Int32 {
    var register: UInt32 = .max
    for byte in text.utf8 where byte != 10 && byte != 13 {
      for bit in 0..<8 {
        let isSet = (register ^ UInt32(byte >> bit)) & 1 == 1
        register >>= 1
        if isSet { register ^= 0xEDB8_8320 }
      }
    }
    return Int32(truncatingIfNeeded: register ^ .max)
  }

  /// Compares versions number by number, missing ones as 0.
  static func isBelow(_ left: [Int], _ right: [Int]) -> Bool {
    for index in 0..<max(left.count, right.count) {
      let one = index < left.count ? left[index] : 0
      let other = index < right.count ? right[index] : 0
      if one != other { return one < other }
    }
    return false
  }

  static func isSame(_ left: [Int], _ right: [Int]) -> Bool {
    !isBelow(left, right) && !isBelow(right, left)
  }
}
