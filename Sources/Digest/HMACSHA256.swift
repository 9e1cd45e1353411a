internal import CLibCrypto

/// The authentication code HMAC (RFC 2104) with SHA-256, piece by piece.
package struct HMACSHA256: ~Copyable {
  private let context: OpaquePointer

  /// Begins with a key of any length.
  package init(key: [UInt8]) {
    guard let context = ccrypto_hmac_sha256(key, key.count) else { preconditionFailure("no memory for HMAC") }
    self.context = context
  }

  deinit {
    EVP_MAC_CTX_free(context)
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: [UInt8]) {
    // It fails only without a key, or after the end.
    _ = EVP_MAC_update(context, bytes, bytes.count)
  }

  /// The code of all of them.
  package consuming func finalize() -> SHA256Digest {
    SHA256Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: 32) { code, count in
        guard EVP_MAC_final(context, code.baseAddress, &count, 32) == 1, count == 32 else {
          preconditionFailure("HMAC has no end")
        }
      })
  }
}
