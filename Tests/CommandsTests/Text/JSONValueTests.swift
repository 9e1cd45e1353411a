@testable import Commands
import FoundationEssentials
import Testing

@Suite("JSON")
struct JSONValueTests {
  @Test("members keep their order")
  func order() {
    let value: JSONValue = ["b": 1, "a": [true, nil, "x"], "c": [:], "d": []]
    #expect(
      value.text == """
        {
          "b": 1,
          "a": [
            true,
            null,
            "x"
          ],
          "c": {},
          "d": []
        }
        """)
  }

  @Test(
    "any text survives, and no control character is written raw",
    arguments: [
      "", "plain", "\"quoted\" \\ back", "a\nb\r\nc\td", "\u{0}\u{1F}\u{7F}\u{9B}", "\u{1B}[31m",
      "\u{2028}\u{2029}\u{202E}",
      "😀 e\u{301} 日本", "\u{FEFF}", "\u{E0001}",
    ])
  func texts(text: String) throws {
    let written = JSONValue.object([.init(key: text, value: .string(text))]).text
    let read = try JSONDecoder().decode([String: String].self, from: Data(written.utf8))
    #expect(read == [text: text])
    #expect(written.unicodeScalars.allSatisfy { $0 == "\n" || !VisibleText.isControl($0) })
  }

  @Test("numbers and additions")
  func parts() {
    #expect(JSONValue.integer(.min).text == "-9223372036854775808")
    let object: JSONValue = ["a": 1]
    #expect(object.adding(["b": "x"])["b"] == "x")
    #expect(object["z"] == nil)
  }
}
