import Testing

@testable import YAML

@Suite("Reading YAML into nodes")
struct YAMLNodeTests {
  private func parse(_ text: String, limits: YAMLLimits = .default) throws(YAMLError) -> [YAMLNode] {
    try YAMLNode.parse(Array(text.utf8), limits: limits)
  }

  private func failure(_ text: String, limits: YAMLLimits = .default) -> YAMLError? {
    do throws(YAMLError) {
      _ = try parse(text, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "a plain scalar means what the core schema says",
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("true", .bool(true)), ("FALSE", .bool(false)),
      ("yes", .string("yes")), ("on", .string("on")), ("12", .integer(12)), ("-3", .integer(-3)), ("+7", .integer(7)),
      ("0o17", .integer(15)), ("0x1F", .integer(31)), ("0x-1", .string("0x-1")), ("012", .integer(12)),
      ("1.5", .float(1.5)), (".5", .float(0.5)), ("1e3", .float(1000)), ("1e", .string("1e")), (".", .string(".")),
      ("-.inf", .float(-.infinity)), ("infinity", .string("infinity")), ("nan", .string("nan")),
      ("1_000", .string("1_000")), ("1.2.3", .string("1.2.3")), ("-", .string("-")),
      ("99999999999999999999", .float(1e20)),
    ] as [(String, YAMLValue)])
  func coreSchema(text: String, value: YAMLValue) {
    #expect(YAMLValue(plain: text) == value)
  }

  @Test("quotes and blocks always make strings")
  func quotedStaysString() throws {
    let root = try #require(
      try parse("a: \"12\"\nb: 'true'\nc: |\n  1\nd: >-\n  x\n  y\ne: !!str 5\nf: !!int \"5\"\n").first)
    #expect(root["a"]?.scalar?.value == .string("12"))
    #expect(root["b"]?.scalar?.value == .string("true"))
    #expect(root["c"]?.scalar?.value == .string("1\n"))
    #expect(root["d"]?.scalar?.value == .string("x y"))
    #expect(root["e"]?.scalar?.value == .string("5"))
    #expect(root["f"]?.scalar?.value == .integer(5))
  }

  @Test("block scalars keep, clip or strip their last line breaks")
  func chomping() throws {
    let root = try #require(try parse("keep: |+\n  a\n\nclip: |\n  a\n\nstrip: |-\n  a\n\n").first)
    #expect(root["keep"]?.scalar?.text == "a\n\n")
    #expect(root["clip"]?.scalar?.text == "a\n")
    #expect(root["strip"]?.scalar?.text == "a")
  }

  @Test("several documents come in order, and anchors end with their document")
  func documents() throws {
    let all = try parse("--- &a 1\n--- two\n---\nthree: 3\n...\n")
    #expect(all.count == 3)
    #expect(all[1].scalar?.text == "two")
    #expect(all[2]["three"]?.scalar?.value == .integer(3))
    #expect(failure("--- &a 1\n--- *a\n")?.code == .syntax)
  }

  @Test("an empty text holds no document", arguments: ["", "# only a comment\n", "\n\n"])
  func empty(text: String) throws {
    #expect(try parse(text).isEmpty)
  }

  @Test("marks count lines and columns from one, in characters")
  func marks() throws {
    let root = try #require(try parse("a:\n  - é: x\n    b: [1, 2]\n").first)
    #expect(root.mark == YAMLMark(line: 1, column: 1))
    #expect(root["a"]?[0]?["é"]?.mark == YAMLMark(line: 2, column: 8))
    #expect(root["a"]?[0]?["b"]?[1]?.mark == YAMLMark(line: 3, column: 12))
  }

  @Test("an alias repeats what its anchor holds, and keeps the mark of the original")
  func alias() throws {
    let root = try #require(try parse("base: &b {x: 1}\nother: *b\n").first)
    #expect(root["other"]?["x"]?.scalar?.value == .integer(1))
    #expect(root["other"]?.mark == YAMLMark(line: 1, column: 7))
  }

  @Test("aliases that multiply are refused before they are expanded")
  func billionLaughs() {
    var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1...40 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    #expect(failure(text)?.code == .limit)
  }

  @Test("depth counts through aliases")
  func depthThroughAliases() {
    var text = "a0: &a0 [x]\n"
    for level in 1...10 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    #expect(failure(text, limits: YAMLLimits(depth: 12)) == nil)
    #expect(failure(text, limits: YAMLLimits(depth: 11))?.code == .limit)
  }

  @Test(
    "a text beyond a limit is refused",
    arguments: [
      (String(repeating: "[", count: 100_000), YAMLLimits.default),
      (String(repeating: "- ", count: 5000) + "x", YAMLLimits.default),
      ("[1, 2, 3]", YAMLLimits(nodes: 3)), ("aaaa", YAMLLimits(inputBytes: 3)),
    ])
  func limits(text: String, limits: YAMLLimits) {
    #expect(failure(text, limits: limits)?.code == .limit)
  }

  @Test(
    "a malformed text is refused with its place",
    arguments: [
      ("a: [1, 2\nb: 3\n", .syntax, 2, 2), ("a: 1\n\tb: 2\n", .syntax, 2, 1), ("a: *nowhere\n", .syntax, 1, 4),
      ("a: &x [*x]\n", .syntax, 1, 8), ("a: \"unterminated\n", .syntax, 2, 1), ("a: 1\na: 2\n", .duplicateKey, 2, 1),
      ("{a: 1, \"a\": 2}", .duplicateKey, 1, 8), ("a: &x {b: 1}\nc: {<<: *x}\n", .unsupported, 2, 5),
      ("? [1, 2]\n: x\n", .unsupported, 1, 3), ("a: !!binary aGk=\n", .unsupported, 1, 4),
      ("a: !mine {}\n", .unsupported, 1, 4), ("a: b: c\n", .syntax, 1, 5), ("- a\nb: 1\n", .syntax, 2, 1),
    ] as [(String, YAMLError.Code, Int, Int)])
  func malformed(text: String, code: YAMLError.Code, line: Int, column: Int) throws {
    let error = try #require(failure(text))
    #expect(error.code == code, "\(error)")
    #expect(error.line == line && error.column == column, "\(error)")
    #expect(!error.message.isEmpty)
  }

  @Test("bytes that are not UTF-8 are refused with their place")
  func invalidEncoding() throws {
    var error: YAMLError?
    do throws(YAMLError) { _ = try YAMLNode.parse(Array("a: 1\nb: ".utf8) + [0xFF, 0xFE]) } catch let failure {
      error = failure
    }
    #expect(error?.code == .syntax)
    #expect(error?.line == 2)
    #expect(error?.column == 4)
  }

  @Test("no text whatever brings the parser down")
  func noise() {
    var state: UInt64 = 42
    let alphabet = Array("ab:-[]{}&*!|>'\"#%@`,? \n\t\\0~<é".utf8)
    for _ in 0..<3000 {
      var bytes: [UInt8] = []
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      do throws(YAMLError) { _ = try YAMLNode.parse(bytes) } catch {
        #expect(error.line >= 1 && error.column >= 1)
      }
    }
  }
}
