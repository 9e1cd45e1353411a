import Digest
import Testing

@Suite("Digests")
struct DigestTests {
  // FIPS 180-2, appendix B.
  @Test(
    "SHA-256 is that of the standard's examples",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
      ),
      (String(repeating: "a", count: 1_000_000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ])
  func examples(text: String, digest: String) {
    #expect(SHA256Digest(of: Array(text.utf8)).hexadecimal == digest)
    var hash = SHA256()
    for start in stride(from: 0, to: text.utf8.count, by: 77_777) {
      hash.update(Array(text.utf8.dropFirst(start).prefix(77_777)))
    }
    #expect(hash.finalize().hexadecimal == digest)
  }

  // RFC 4231, cases 1, 2 and 6; the one without a key by `openssl dgst -hmac ''`.
  @Test(
    "HMAC is that of the standard's examples",
    arguments: [
      (
        [UInt8](repeating: 0x0B, count: 20), "Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
      ),
      (
        Array("Jefe".utf8), "what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
      ),
      (
        [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
      ),
      ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
  func codes(key: [UInt8], text: String, code: String) {
    var hash = HMACSHA256(key: key)
    for byte in text.utf8 { hash.update([byte]) }
    #expect(hash.finalize().hexadecimal == code)
  }

  @Test("a digest matches its own bytes, and none that are different, shorter or longer")
  func matching() {
    let digest = SHA256Digest(of: Array("abc".utf8))
    #expect(digest.matches(digest.bytes))
    for index in digest.bytes.indices {
      var other = digest.bytes
      other[index] ^= 1
      #expect(!digest.matches(other))
    }
    #expect(!digest.matches(Array(digest.bytes.dropLast())) && !digest.matches(digest.bytes + [0]))
    #expect(!digest.matches([]))
  }
}
