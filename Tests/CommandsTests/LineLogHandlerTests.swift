@testable import Commands
import Logging
import Support
import Testing

@Suite("LineLogHandler")
struct LineLogHandlerTests {
  private func line(_ message: String, level: Logger.Level = .info, _ metadata: Logger.Metadata = [:]) -> String {
    LineLogHandler.line(
      time: Timestamp(microseconds: 1_767_323_045_000_006), level: level, message: message, metadata: metadata)
  }

  @Test("a line has time, level, message and the metadata in the order of their names")
  func shape() {
    #expect(
      line("run started", ["run.pending": "3", "cluster.target": "citus:5432/app"])
        == "2026-01-02T03:04:05.000006Z INFO    run started cluster.target=citus:5432/app run.pending=3\n")
    #expect(line("x", level: .warning) == "2026-01-02T03:04:05.000006Z WARNING x\n")
  }

  @Test(
    "whatever is in it, a record is one line without control characters",
    arguments: [
      "two\nlines", "carriage\rreturn", "a\r\nb", "nul\0inside", "escape \u{1B}[2J", "bell\u{7}", "del\u{7F}",
      "next\u{85}line", "line\u{2028}separator", "paragraph\u{2029}separator", "\u{202E}reversed", "c1\u{9B}31m", "\n",
      "\u{B}\u{C}",
    ])
  func oneLine(hostile: String) {
    for text in [line(hostile), line("m", ["k": "\(hostile)"]), line("m", ["\(hostile)": "v"])] {
      #expect(text.hasSuffix("\n"))
      let kept = text.unicodeScalars.dropLast()
      for scalar in kept {
        let category = scalar.properties.generalCategory
        #expect(
          ![.control, .format, .lineSeparator, .paragraphSeparator].contains(category), "\(text.debugDescription)")
      }
    }
  }

  @Test(
    "values are quoted where they could be mistaken for more than one field",
    arguments: [
      ("plain", "k=plain"), ("", #"k="""#), ("two words", #"k="two words""#), (#"say "hi""#, #"k="say \"hi\"""#),
      ("a=b", #"k="a=b""#), ("x level=error", #"k="x level=error""#), (#"C:\new"#, #"k="C:\\new""#),
      (#"ends in \"#, #"k="ends in \\""#), ("a\nb", #"k="a\nb""#), ("ünïcode", "k=ünïcode"),
    ])
  func quoting(value: String, expected: String) {
    #expect(line("m", ["k": "\(value)"]).hasSuffix(" m \(expected)\n"))
  }

  @Test("metadata of the record replaces that of the handler")
  func metadata() {
    var handler = LineLogHandler(label: "test")
    handler[metadataKey: "a"] = "1"
    #expect(handler[metadataKey: "a"] == "1")
    handler[metadataKey: "a"] = nil
    #expect(handler.metadata.isEmpty)
  }
}
