import Testing

@testable import TOML

@Suite("Reading TOML into nodes")
struct TOMLNodeTests {
  private func parse(_ text: String, limits: TOMLLimits = .default) throws(TOMLError) -> TOMLNode {
    try TOMLNode.parse(Array(text.utf8), limits: limits)
  }

  private func failure(_ text: String, limits: TOMLLimits = .default) -> TOMLError? {
    do throws(TOMLError) {
      _ = try parse(text, limits: limits)
      return nil
    } catch {
      return error
    }
  }

  private static let meanings: [(String, TOMLNode.Content)] = [
    ("x = 'a\\n'", .string("a\\n")), ("x = \"a\\n\\u00e9\"", .string("a\né")),
    ("x = \"\"\"\na\n  b\\\n    c\"\"\"", .string("a\n  bc")), ("x = '''\n'q''''", .string("'q'")),
    ("x = 1_000", .integer(1000)), ("x = 0xff", .integer(255)), ("x = -7", .integer(-7)),
    ("x = 1.50", .float(1.5, text: "1.50")), ("x = 1e3", .float(1000, text: "1e3")),
    ("x = -inf", .float(-.infinity, text: "-inf")),
    ("x = true", .boolean(true)), ("x = false", .boolean(false)), ("x = 2026-11-22", .time("2026-11-22")),
    ("x = 07:32:00", .time("07:32:00")), ("x = 2026-11-22T07:32:00Z", .time("2026-11-22T07:32:00Z")),
    ("x = []", .array([])), ("x = {}", .table([])),
  ]

  @Test("a value is what TOML says it is", arguments: meanings)
  func values(text: String, content: TOMLNode.Content) throws {
    #expect(try parse(text)["x"]?.content == content)
  }

  @Test("tables, dotted keys and inline tables all nest")
  func nesting() throws {
    let root = try parse(
      """
      title = "t"
      [a.b]
      c.d = 1
      "quoted.key" = { e = [1, [2, 3]] }
      [[list]]
      n = 1
      [[list]]
      n = 2
      """)
    #expect(root["a"]?["b"]?["c"]?["d"]?.content == .integer(1))
    #expect(root["a"]?["b"]?["quoted.key"]?["e"]?[1]?[1]?.content == .integer(3))
    #expect(root["list"]?[1]?["n"]?.content == .integer(2))
    #expect(root["list"]?[2] == nil)
    #expect(root["title"]?["x"] == nil)
  }

  @Test("marks count lines and columns from one")
  func marks() throws {
    let root = try parse("# first\n[flyway]\n  outOfOrder = true\nlocations = [\n  \"a\",\n  \"b\" ]\n")
    #expect(root["flyway"]?.entries.first { $0.key == "outOfOrder" }?.mark == TOMLMark(line: 3, column: 3))
    #expect(root["flyway"]?["locations"]?[1]?.mark == TOMLMark(line: 6, column: 3))
    #expect(root["flyway"]?.mark.line == 2)
  }

  @Test(
    "a float keeps its digits wherever it stands",
    arguments: [
      "x = 1.10", "x=1.10", "# é\n\n x = 1.10 # é", "a = 'éé'\nx =\t1.10\r\n", "\u{FEFF}x = 1.10",
    ])
  func digits(text: String) throws {
    #expect(try parse(text)["x"]?.content == .float(1.1, text: "1.10"))
    let inline = "y = [ 'é', { x = 1.10 } ]"
    #expect(try parse(inline)["y"]?[1]?["x"]?.content == .float(1.1, text: "1.10"))
    let far = "x = [\"" + String(repeating: "é", count: 3000) + "\", 1.10]"
    #expect(try parse(far)["x"]?[1]?.content == .float(1.1, text: ""))
  }

  @Test(
    "a malformed text is refused with its place",
    arguments: [
      ("a = 1\na = 2\n", 2), ("a = \n", 1), ("[a\n", 1), ("a = 'x\n", 1), ("a = 1 b = 2\n", 1), ("\n\n= 1", 3),
      ("[a]\nb = 1\n[a]\n", 3), ("a = {b = 1,\n c = 2}", 1), ("a = [1, 2\n", 1), ("a = 99999999999999999999", 1),
      ("a = \"\\q\"", 1),
    ])
  func malformed(text: String, line: Int) throws {
    let error = try #require(failure(text))
    #expect(error.code == .syntax, "\(error)")
    #expect(error.line == line, "\(error)")
    #expect(!error.message.isEmpty)
  }

  @Test(
    "an error quotes no value",
    arguments: [
      "password = s3cr3tValue\n", "password = 's3cr3tValue\n", "password = \"s3cr3tValue",
      "password = \"s3cr3tValue\\q\"",
      "password = [s3cr3tValue]", "s3cr3tValue\n", "password = \"a\" s3cr3tValue", "password = 12s3cr3tValue",
      "password = 2026-99-s3cr3tValue", "password = \"\"\"s3cr3tValue", "password = trues3cr3tValue",
      "x.password = 1\nx.password.s3cr3tValue = 2",
    ])
  func secrecy(text: String) throws {
    let error = try #require(failure(text))
    #expect(!"\(error)".contains("s3cr3t"), "\(error)")
  }

  @Test("bytes that are not UTF-8 are refused")
  func invalidEncoding() {
    #expect(throws: TOMLError.self) { try TOMLNode.parse(Array("a = \"".utf8) + [0xFF, 0xFE] + Array("\"".utf8)) }
    #expect(throws: TOMLError.self) { try TOMLNode.parse([0]) }
  }

  @Test("a byte order mark and an empty text are fine")
  func empty() throws {
    #expect(try TOMLNode.parse([]).entries.isEmpty)
    #expect(try TOMLNode.parse([0xEF, 0xBB, 0xBF] + Array("a = 1".utf8))["a"]?.content == .integer(1))
  }

  private static let excesses: [(String, TOMLLimits)] = [
    ("a" + String(repeating: ".a", count: 200_000) + " = 1", TOMLLimits.default),
    ("[a" + String(repeating: ".a", count: 33) + "]", .default), ("x = 12345", TOMLLimits(inputBytes: 5)),
    ("x = [1, 2, 3]", TOMLLimits(nodes: 3)),
    ("x = {" + String(repeating: "a.a={", count: 40), .default),
  ]

  @Test("a text beyond a limit is refused, however it nests", arguments: excesses)
  func limits(text: String, limits: TOMLLimits) {
    #expect(failure(text, limits: limits)?.code == .limit)
  }

  @Test("brackets without end are refused by the parser's own bound")
  func brackets() {
    for start in ["x = ", ""] {
      #expect(failure(start + String(repeating: "[", count: 500_000)) != nil)
      #expect(failure(start + String(repeating: "{x=", count: 300_000)) != nil)
    }
  }

  @Test("dots in strings and comments are no levels")
  func dotsInTexts() throws {
    let dots = String(repeating: ".", count: 100)
    let text = #"""
      a = "....\"...." # .... "
      b = '....\' # .... '
      c = """
      ...."" \
      ...."""""
      d = '''....'' ....''''
      e = ""
      f = '' # ....
      g = """"""
      """#
    let root = try parse(text.replacing("....", with: dots))
    #expect(root.entries.map(\.key) == ["a", "b", "c", "d", "e", "f", "g"])
  }

  @Test("no text whatever brings the parser down")
  func noise() {
    var state: UInt64 = 42
    let alphabet = Array("ab=.[]{}\"'#,0123-:TZ_+e\\u \n\t<é".utf8)
    for _ in 0..<20_000 {
      var bytes: [UInt8] = []
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      do throws(TOMLError) { _ = try TOMLNode.parse(bytes) } catch {
        #expect(error.line >= 1 && error.column >= 1)
      }
    }
  }
}
