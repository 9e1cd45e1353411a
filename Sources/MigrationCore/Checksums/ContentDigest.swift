internal import Crypto

/// SHA-256 as lower-case hexadecimal digits.
package enum ContentDigest {
  /// The digest of some bytes: 64 digits.
  package static func sha256(_ bytes: [UInt8]) -> String {
    var text = ""
    text.reserveCapacity(64)
    for byte in SHA256.hash(data: bytes) {
      text.append(byte < 16 ? "0" + String(byte, radix: 16) : String(byte, radix: 16))
    }
    return text
  }
}
