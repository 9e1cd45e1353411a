import MigrationCore
import Testing

@Suite("Checksums")
struct ChecksumTests {
  /// Values that Flyway 13 computes; the first is printed in flyway/flyway issue 2474.
  static let golden: [(String, Int32)] = [
    ("alter table location_history add column valid_until timestamp with time zone;", -1_039_259_818),
    ("alter table location_history add column valid_until timestamp with time zone;\n", -1_039_259_818),
    ("abc\ndef efg\nxyz", 989_464_445), ("abc\r\ndef efg\nxyz\r\n", 989_464_445),
    ("", 0), ("\n", 0), ("\u{FEFF}", 0),
    ("SELECT 1;", 78_787_420), ("SELECT 1;\n", 78_787_420), ("\n\nSELECT 1;\r\n\r\n", 78_787_420),
    ("\u{FEFF}SELECT 1;\n", 78_787_420),
    ("\u{FEFF}\u{FEFF}SELECT 1;", -1_606_921_097), ("\n\u{FEFF}SELECT 1;", -1_606_921_097),
    ("SELECT 1;\nSELECT 2;\n", -1_665_099_012), ("SELECT 1;\r\nSELECT 2;\r\n", -1_665_099_012),
    ("SELECT 1;\rSELECT 2;", -1_665_099_012), ("SELECT 1;SELECT 2;", -1_665_099_012),
    ("SELECT 1; ", -1_951_047_511), ("\tSELECT 1;", -47_946_674),
    ("-- café ☃ 😀\nSELECT 'ü';\n", -900_044_764),
    ("SELECT 'a\u{2028}b\u{85}c\u{0B}d\u{0C}e';\n", 204_505_513),
    ("CREATE TABLE person (\n    id INT NOT NULL PRIMARY KEY,\n    name VARCHAR(100) NOT NULL\n);\n", 161_996_914),
    ("CREATE INDEX CONCURRENTLY idx_a ON a (b);\n", -1_264_581_989),
    ("CREATE VIEW ${schema}.v AS SELECT 1;\n", -1_543_606_416),
    ("CREATE VIEW app.v AS SELECT 1;\n", -439_850_945),
  ]

  @Test("the checksum is Flyway's", arguments: golden)
  func value(text: String, checksum: Int32) throws {
    #expect(try Checksum.flyway(Array(text.utf8)) == checksum)
  }

  @Test("bytes that are not UTF-8 are an error with their place")
  func encoding() {
    let error = #expect(throws: ChecksumError.self) { try Checksum.flyway(Array("a\nb".utf8) + [0xE4, 0x20]) }
    #expect(error?.code == .invalidEncoding)
    #expect(error?.position == SourcePosition(byteOffset: 3, line: 2, column: 2))
  }

  @Test("the content digest is SHA-256 in hexadecimal")
  func digest() {
    #expect(
      ContentDigest.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }
}
