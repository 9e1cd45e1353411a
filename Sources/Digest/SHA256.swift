internal import CLibCrypto

/// SHA-256 (FIPS 180-4), piece by piece.
package struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// Begins with nothing.
  package init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("no memory for SHA-256")
    }
    self.context = context
  }

  deinit {
    EVP_MD_CTX_free(context)
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Takes the next bytes.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    // It fails only without an algorithm, or after the end.
    _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
  }

  /// The digest of all of them.
  package consuming func finalize() -> SHA256Digest {
    SHA256Digest(
      bytes: [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
        guard EVP_DigestFinal_ex(context, digest.baseAddress, nil) == 1 else {
          preconditionFailure("SHA-256 has no end")
        }
        count = 32
      })
  }
}
