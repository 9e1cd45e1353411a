import MigrationCore
import Testing

@Suite("Lexer")
struct SQLLexerTests {
  @Test(
    "tokens have the borders that PostgreSQL sees",
    arguments: [
      ("select 1", [SQLToken.Kind.word, .whitespace, .number]),
      ("a$b$c", [.word]), ("$1", [.parameter]), ("$12a", [.parameter, .word]), ("$$a;$$", [.dollarString]),
      ("$a$ $b$ $a$", [.dollarString]), ("$1$", [.parameter, .other]), ("$ä$;$ä$", [.dollarString]),
      ("e'it\\'s; x'", [.escapeString]), ("E'a'\n  'b\\';'", [.escapeString]),
      ("E'a' -- c'\n 'b\\';'", [.escapeString]),
      ("E'a' 'b'", [.escapeString, .whitespace, .string]),
      ("'a\\'", [.string]), ("'it''s'", [.string]), ("U&'d\\0061'", [.string]), ("U&\"d\"", [.quotedIdentifier]),
      ("b'01'", [.bitString]), ("X'1F'", [.bitString]), ("N'x'", [.string]), ("\"a\"\"b\"", [.quotedIdentifier]),
      ("/* a /* b */ c */", [.blockComment]), ("-- a;\nb", [.lineComment, .whitespace, .word]),
      ("1.5e-3", [.number]), ("1..2", [.number, .dot, .dot, .number]), ("a.b", [.word, .dot, .word]),
      ("\\restrict x;\n", [.metaCommand, .whitespace]), ("größe", [.word]), ("a*/b", [.word, .other, .other, .word]),
    ] as [(String, [SQLToken.Kind])])
  func borders(text: String, kinds: [SQLToken.Kind]) {
    #expect(SQLLexer(text).map(\.kind) == kinds)
  }

  @Test(
    "what the end cuts off is marked", arguments: ["'a", "\"a", "E'a\\'", "E'\\", "$$a", "$a$ $$", "/* /* */", "X'1"])
  func unterminated(text: String) {
    #expect(Array(SQLLexer(text)).last?.isTerminated == false)
  }

  @Test("the tokens of any bytes put together are the bytes again", arguments: 0..<300)
  func lossless(seed: UInt64) {
    var random = SplitMix(state: seed)
    let pieces = [
      "'", "\"", "$$", "$a$", "$1", "/*", "*/", "--", "\n", "\r", ";", "(", ")", "E'", "\\", "U&'", "a", "é", "1e+",
      ".", "BEGIN ATOMIC", " ",
    ]
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      if Bool.random(using: &random) {
        bytes.append(UInt8.random(in: 0...255, using: &random))
      } else {
        bytes += Array(pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
      }
    }
    var rebuilt: [UInt8] = []
    for token in SQLLexer(bytes: bytes) {
      #expect(!token.range.isEmpty)
      #expect(token.range.lowerBound == rebuilt.count)
      rebuilt += bytes[token.range]
    }
    #expect(rebuilt == bytes)
  }

  @Test("a million open comments need no stack")
  func deepComments() {
    let text = String(repeating: "/*", count: 1_000_000)
    #expect(Array(SQLLexer(text)).count == 1)
  }
}

/// A small seeded generator, so that a failing case can be run again.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
