import MigrationCore
import Testing

@Suite("Java properties")
struct JavaPropertiesTests {
  @Test(
    "a line is key, separator and value",
    arguments: [
      ("a=b", "a", "b"), ("a:b", "a", "b"), ("a b", "a", "b"), ("  a \t=  b  ", "a", "b"), ("a", "a", ""),
      ("a==b", "a", "=b"), ("a = b = c", "a", "b = c"), ("a:=b", "a", "=b"),
      ("flyway.url=jdbc:x", "flyway.url", "jdbc:x"),
      ("a=C:\\temp\\new", "a", "C:\\temp\\new"), ("a=\\u0041", "a", "\\u0041"), ("=b", "", "b"), ("ä=ö", "ä", "ö"),
      ("a=b\\", "a", "b\\"),
    ])
  func line(text: String, key: String, value: String) throws {
    let entries = try JavaProperties.parse(text)
    #expect(entries.map(\.key) == [key])
    #expect(entries.map(\.value) == [value])
  }

  @Test("comments and blank lines are passed over, lines are counted, all line ends end a line")
  func lines() throws {
    let entries = try JavaProperties.parse("# a=1\r\n! b=2\n\n \t\nc=3\rd=4\r\n  # e=5 \\\nf=6")
    #expect(entries.map(\.key) == ["c", "d", "f"])
    #expect(entries.map(\.value) == ["3", "4", "6"])
    #expect(entries.map(\.line) == [5, 6, 8])
  }

  @Test(
    "a backslash at the end joins the next line, unless that is empty or the next setting",
    arguments: [
      ("a=1,\\\n   2", ["a": "1,2"]), ("a=1\\\n2\\\n3", ["a": "123"]), ("a=1\\\n\nb=2", ["a": "1\\", "b": "2"]),
      ("a=1\\\nflyway.b=2", ["a": "1\\", "flyway.b": "2"]), ("a=x\\\nflyway.b==2", ["a": "xflyway.b==2"]),
      ("a=1\\\n# 2", ["a": "1# 2"]), ("# a\\\nb=1", ["b": "1"]), ("a=1\\\\\n2", ["a": "1\\2"]),
    ])
  func continuation(text: String, expected: [String: String]) throws {
    let entries = try JavaProperties.parse(text)
    #expect(Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.value) }) == expected)
  }

  @Test("more than a mebibyte is refused")
  func bounded() {
    let text = String(repeating: "a=1\n", count: JavaProperties.longest / 4 + 1)
    #expect(throws: MigrationError.self) { try JavaProperties.parse(text) }
  }

  @Test("very many joined lines are read at once", .timeLimit(.minutes(5)))
  func manyLines() throws {
    let text = "a=" + String(repeating: "b\\\n", count: 300_000) + "c"
    #expect(try JavaProperties.parse(text).map(\.value.utf8.count) == [300_001])
  }
}
