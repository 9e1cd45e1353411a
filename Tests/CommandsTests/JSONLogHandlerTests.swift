import Logging
import Support
import Testing

@testable import Commands

@Suite("JSONLogHandler")
struct JSONLogHandlerTests {
  private func line(_ message: String, level: Logger.Level = .info, _ metadata: Logger.Metadata = [:]) -> String {
    JSONLogHandler.line(
      time: Timestamp(microseconds: 1_767_323_045_000_006), level: level, message: message, metadata: metadata)
  }

  @Test("a record is one object on one line: time, level, message, and fields in the order of their names")
  func shape() {
    #expect(
      line("run started", ["run.pending": "3", "cluster.target": "citus:5432/app"])
        == #"{"time":"2026-01-02T03:04:05.000006Z","level":"info","message":"run started","#
        + #""fields":{"cluster.target":"citus:5432/app","run.pending":"3"}}"# + "\n")
    #expect(
      line("x", level: .warning)
        == #"{"time":"2026-01-02T03:04:05.000006Z","level":"warning","message":"x"}"# + "\n")
  }

  @Test("lists and maps stay what they are, and everything else is a text")
  func nesting() {
    let metadata: Logger.Metadata = [
      "list": ["a", "b"], "map": ["k": "v"], "number": .stringConvertible(5), "empty": [],
    ]
    #expect(
      line("m", metadata).hasSuffix(
        #""fields":{"empty":[],"list":["a","b"],"map":{"k":"v"},"number":"5"}}"# + "\n"))
  }

  @Test("a secret is three stars")
  func secrets() {
    let text = line("m", ["password": .stringConvertible(Redacted("hunter2")), "p": "\(Redacted("hunter2"))"])
    #expect(!text.contains("hunter2") && text.contains(#""p":"***","password":"***""#))
  }

  @Test(
    "whatever is in it, a record is one line without control characters, and cannot add a member",
    arguments: [
      "two\nlines", "a\r\nb", "nul\0inside", "escape \u{1B}[2J", "del\u{7F}", "next\u{85}line", "line\u{2028}separator",
      "\u{202E}reversed", #"","level":"error"#, #"back\"#,
    ])
  func oneLine(hostile: String) {
    for text in [line(hostile), line("m", ["k": "\(hostile)"]), line("m", ["\(hostile)": "v"])] {
      #expect(text.hasSuffix("}\n"))
      for scalar in text.unicodeScalars.dropLast() {
        #expect(![.control, .format, .lineSeparator, .paragraphSeparator].contains(scalar.properties.generalCategory))
      }
      // Every quote of the text is escaped: what is left belongs to the record.
      let unescaped = text.replacing("\\\\", with: "").replacing("\\\"", with: "")
      #expect(unescaped.count(where: { $0 == "\"" }) == (text.contains("fields") ? 18 : 12))
    }
  }

  @Test("metadata of the record replaces that of the handler")
  func metadata() {
    var handler = JSONLogHandler(label: "test")
    handler[metadataKey: "a"] = "1"
    #expect(handler[metadataKey: "a"] == "1")
    handler[metadataKey: "a"] = nil
    #expect(handler.metadata.isEmpty)
  }
}
