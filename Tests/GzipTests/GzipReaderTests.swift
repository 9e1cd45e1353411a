import Gzip
import Subprocess
import TestSupport
import Testing

@Suite("Gzip")
struct GzipReaderTests {
  /// What gzip itself makes of bytes.
  static func compressed(_ bytes: [UInt8]) async throws -> [UInt8] {
    try await Subprocess.run(
      .name("gzip"), arguments: ["-9", "-n"], input: .array(bytes), output: .bytes(limit: 64 << 20), error: .discarded
    ).standardOutput
  }

  private static func read(_ bytes: [UInt8], limit: Int = 1 << 20) throws(GzipError) -> [UInt8] {
    var reader = try GzipReader(bytes, outputLimit: limit)
    var all: [UInt8] = []
    while let next = try reader.next() { all += next }
    return all
  }

  private static func code(_ bytes: [UInt8], limit: Int = 1 << 20) -> GzipError.Code? {
    do throws(GzipError) {
      _ = try read(bytes, limit: limit)
      return nil
    } catch {
      return error.code
    }
  }

  @Test(
    "gives back what gzip compressed, from nothing to more than a piece", arguments: [0, 1, 65_535, 65_536, 300_000])
  func roundTrip(count: Int) async throws {
    var random = SeededGenerator(seed: UInt64(count))
    let bytes = (0..<count).map { _ in UInt8.random(in: 0...63, using: &random) }
    #expect(try Self.read(try await Self.compressed(bytes)) == bytes)
  }

  @Test("several members are one text; anything else behind the last is refused")
  func members() async throws {
    let one = try await Self.compressed(Array("one".utf8))
    let two = try await Self.compressed(Array("two".utf8))
    #expect(try Self.read(one + two) == Array("onetwo".utf8))
    #expect(Self.code(one + [0, 0]) == .notGzip)
    #expect(Self.code(one + two + Array("rest".utf8)) == .notGzip)
  }

  @Test("an end anywhere before the last byte is seen: no half text passes for a whole one")
  func truncated() async throws {
    let whole = try await Self.compressed(Array("CREATE TABLE a (id int); DROP TABLE b;".utf8))
    for count in 0..<whole.count {
      #expect(Self.code(Array(whole[..<count])) == .truncated, "\(count) of \(whole.count) bytes")
    }
  }

  @Test("a changed byte is seen, by the format or by the checksum, or changes nothing of the text")
  func damaged() async throws {
    let text = Array("CREATE TABLE a (id int); DROP TABLE b;".utf8)
    let whole = try await Self.compressed(text)
    var seen = 0
    // Bytes 4 to 9 of the header are time, flags of the compressor and system: nothing depends on them.
    for index in whole.indices where !(4...9).contains(index) {
      var bytes = whole
      bytes[index] ^= 0x10
      // The last bits before the checksum only fill up a byte.
      if Self.code(bytes) == nil { #expect(try Self.read(bytes) == text) } else { seen += 1 }
    }
    #expect(seen >= whole.count - 8)
  }

  @Test("a bomb ends at the limit", arguments: [1 << 16, (1 << 16) + 1, 1 << 20])
  func bomb(limit: Int) async throws {
    let bomb = try await Self.compressed([UInt8](repeating: 0, count: 32 << 20))
    #expect(bomb.count < 40_000)
    #expect(Self.code(bomb, limit: limit) == .tooLarge)
    #expect(Self.code(bomb, limit: 32 << 20) == nil)
  }

  @Test("what is not gzip is called so", arguments: ["plain text, long enough", "PK\u{3}\u{4}zip and more of it"])
  func other(text: String) {
    #expect(Self.code(Array(text.utf8)) == .notGzip)
    // zlib's own frame.
    #expect(Self.code([0x78, 0x9C, 0x03, 0, 0, 0, 0, 1]) == .notGzip)
  }
}
