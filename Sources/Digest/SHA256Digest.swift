internal import CLibCrypto

/// The 32 bytes that SHA-256 or HMAC with SHA-256 make of a text.
package struct SHA256Digest: Sendable, Hashable {
  /// Always 32.
  package let bytes: [UInt8]

  init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The SHA-256 of some bytes.
  package init(of bytes: [UInt8]) {
    var hash = SHA256()
    hash.update(bytes)
    self = hash.finalize()
  }

  /// 64 lower-case digits.
  package var hexadecimal: String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
      for (index, byte) in bytes.enumerated() {
        text[2 * index] = digits[Int(byte >> 4)]
        text[2 * index + 1] = digits[Int(byte & 15)]
      }
      return bytes.count * 2
    }
  }

  /// Whether bytes that somebody claims are these: takes the same time wherever they differ.
  package func matches(_ claimed: [UInt8]) -> Bool {
    claimed.count == bytes.count && CRYPTO_memcmp(bytes, claimed, bytes.count) == 0
  }
}
