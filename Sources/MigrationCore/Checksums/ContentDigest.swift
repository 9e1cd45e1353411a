internal import Crypto

/// SHA-256 as lower-case hexadecimal digits.
package enum ContentDigest {
  /// The digest of some bytes: 64 digits.
  package static func sha256(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
