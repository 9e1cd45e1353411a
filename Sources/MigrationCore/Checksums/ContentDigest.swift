internal import Digest

/// SHA-256 as lower-case hexadecimal digits.
package enum ContentDigest {
  /// The digest of some bytes: 64 digits.
  package static func sha256(_ bytes: [UInt8]) -> String { SHA256Digest(of: bytes).hexadecimal }
}
