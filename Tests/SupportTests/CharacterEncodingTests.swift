import Support
import Testing

@Suite("CharacterEncoding")
struct CharacterEncodingTests {
  @Test(
    "names of Java and of iconv are known, case aside",
    arguments: [
      "UTF-8", "utf8", "US-ASCII", "ISO-8859-1", "ISO8859_1", "iso-8859-15", "latin1", "windows-1252", "Cp1252",
      "CP1250", "IBM850", "Cp850", "UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32", "x-UTF-16LE-BOM", "Shift_JIS", "MS932",
      "EUC_JP", "GBK", "GB18030", "Big5", "KOI8-R", "x-MacRoman",
    ])
  func known(name: String) {
    #expect(CharacterEncoding(name)?.name == name)
  }

  @Test("other names are not", arguments: ["", "nope", "UTF-8//IGNORE", "a\u{0}b", String(repeating: "x", count: 61)])
  func unknown(name: String) {
    #expect(CharacterEncoding(name) == nil)
  }

  @Test(
    "a byte that belongs to no character is an error with its place",
    arguments: [
      ("US-ASCII", [0x61, 0x80], 1), ("windows-1252", [0x61, 0x62, 0x81], 2), ("UTF-16BE", [0, 0x61, 0xD8, 0], 2),
      ("UTF-16LE", [0x61, 0, 0x62], 2), ("Shift_JIS", [0x61, 0x81], 1), ("UTF-8", [0x61, 0xC0, 0x80], 1),
      ("UTF-16", [0xFE, 0xFF, 0, 0x61, 0], 4),
    ] as [(String, [UInt8], Int)])
  func strict(name: String, bytes: [UInt8], offset: Int) throws {
    let encoding = try #require(CharacterEncoding(name))
    let error = #expect(throws: CharacterEncoding.DecodingError.self) { try encoding.decode(bytes) }
    #expect(error?.byteOffset == offset)
  }

  @Test(
    "UTF-16 and UTF-32 follow their byte order mark and are big-endian without one",
    arguments: [
      ("UTF-16", [0xFF, 0xFE, 0x61, 0]), ("UTF-16", [0xFE, 0xFF, 0, 0x61]), ("UTF-16", [0, 0x61]),
      ("UTF-32", [0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]), ("UTF-32", [0, 0, 0, 0x61]),
    ] as [(String, [UInt8])])
  func byteOrder(name: String, bytes: [UInt8]) throws {
    #expect(try CharacterEncoding(name)?.decode(bytes) == [0x61])
  }

  @Test("long texts are decoded whole, whatever the buffer's size", arguments: [0, 1, 65_535, 65_536, 65_537, 400_000])
  func long(count: Int) throws {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let text = String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    #expect(try CharacterEncoding.latin1.decode(bytes) == Array(text.utf8))
  }

  @Test("a letter that an encoding holds back for a mark that could follow is not lost", arguments: ["CP1255", "TCVN"])
  func heldBack(name: String) throws {
    let encoding = try #require(CharacterEncoding(name))
    // Hebrew he in the one, Latin a in the other; a point or an accent could join either.
    let byte: UInt8 = name == "TCVN" ? 0x61 : 0xE4
    #expect(try encoding.decode([byte]) == Array((name == "TCVN" ? "a" : "ה").utf8))
  }

  @Test("two names of one encoding are equal")
  func equal() {
    #expect(CharacterEncoding("utf8") == .utf8)
    #expect(CharacterEncoding("latin1") == CharacterEncoding("ISO8859_1"))
    #expect(CharacterEncoding("Cp1252") != .latin1)
  }
}
