import Kubernetes
import Logging
import Support
import Testing

@testable import Commands

@Suite("A line of the controller's log")
struct ControllerLogRecordTests {
  private static let time = Timestamp(microseconds: 1_767_323_045_000_006)
  private static let shop = ObjectKey(namespace: "dev", name: "shop")

  private func forms(_ message: String, _ metadata: Logger.Metadata) -> [ControllerLogRecord] {
    [
      LineLogHandler.line(time: Self.time, level: .warning, message: message, metadata: metadata),
      JSONLogHandler.line(time: Self.time, level: .warning, message: message, metadata: metadata),
    ].map { ControllerLogRecord(String($0.dropLast())) }
  }

  @Test(
    "reads the same in both forms, whatever is in it",
    arguments: [
      ("run started", ["resource": "dev/shop"]), ("no fields", [:]), ("a=b is said", ["resource": "dev/shop"]),
      ("m", ["error": "two words", "resource": "dev/shop"]), ("m", ["error": "say \"hi\" = \\ \n\u{1B}", "z": ""]),
      ("", ["resource": "dev/shop", "x": "ünï"]),
    ] as [(String, [String: String])])
  func forms(message: String, fields: [String: String]) {
    let records = forms(message, fields.mapValues { "\($0)" })
    #expect(records[0] == records[1])
    for record in records {
      #expect(record.level == .warning && record.time == Self.time)
      #expect(Set(record.fields.keys) == Set(fields.keys))
      #expect(record.isAbout(Self.shop) == (fields["resource"] == "dev/shop"))
    }
  }

  @Test("is about a resource where a field says so, not where a text holds its name")
  func subject() {
    #expect(forms("m", ["resource": "dev/shop"]).allSatisfy { $0.isAbout(Self.shop) })
    #expect(forms("m", ["kubernetes.object": "dev/shop"]).allSatisfy { $0.isAbout(Self.shop) })
    for (message, metadata) in [
      ("m", ["resource": "dev/shop2"]), ("m", ["resource": "prod/shop"]), ("m", ["error": "x resource=dev/shop"]),
      ("m", ["error": "\" resource=dev/shop"]), ("resource=dev/shop is odd", [:]), ("m", ["resources": "dev/shop"]),
    ] as [(String, Logger.Metadata)] {
      #expect(forms(message, metadata).allSatisfy { !$0.isAbout(Self.shop) }, "\(message) \(metadata)")
    }
  }

  @Test(
    "is kept as a text where it is no record",
    arguments: [
      "", "Fatal error: x", "{", "{}", #"{"time":"x","level":"info","message":"m"}"#, "2026-01-02T03:04:05Z",
      "2026-01-02T03:04:05Z info m", "2026-01-02T03:04:05Z NONSENSE m", #"{"time":1,"level":2}"#, "[1]",
    ])
  func foreign(line: String) {
    let record = ControllerLogRecord(line)
    #expect(record.level == nil && record.time == nil && record.fields.isEmpty)
    #expect(record.text(on: .plain) == line)
  }

  @Test("is shown with its level in colour on a terminal alone, and never speaks to it")
  func shown() {
    let colored = Terminal(isTerminal: true, columns: 80, color: .auto, environment: ["TERM": "xterm"])
    let text = "2026-01-02T03:04:05.000006Z ERROR   stalled resource=dev/shop"
    let record = ControllerLogRecord(text)
    #expect(record.text(on: .plain) == text)
    #expect(
      record.text(on: colored)
        == "2026-01-02T03:04:05.000006Z \u{1B}[31mERROR\u{1B}[0m   stalled resource=dev/shop")
    #expect(!ControllerLogRecord("\u{1B}[2J boom").text(on: colored).contains("\u{1B}"))
  }

  @Test("a long hostile line is read in a moment")
  func long() {
    let line = "2026-01-02T03:04:05Z INFO " + String(repeating: "a=\"b c=d ", count: 100_000)
    let begun = ContinuousClock.now
    #expect(ControllerLogRecord(line).level == .info)
    #expect(.now - begun < .seconds(20))
  }
}

@Suite("Lines of several pods")
struct ControllerLogMergeTests {
  private let start = ContinuousClock.now

  private func line(_ pod: String, _ second: Int64) -> ControllerLogMerge.Line {
    ControllerLogMerge.Line(
      pod: pod, time: Timestamp(microseconds: second * 1_000_000), record: ControllerLogRecord("\(pod)\(second)"))
  }

  @Test("come in the order of their times, those of one moment in the order of their arrival")
  func order() {
    var merge = ControllerLogMerge()
    for each in [line("a", 1), line("a", 4), line("b", 2), line("b", 4), line("b", 5), line("a", 4)] {
      #expect(merge.add(each, at: start).isEmpty)
    }
    #expect(merge.release().map { $0.record.rest } == ["a1", "b2", "a4", "b4", "a4", "b5"])
    #expect(merge.release().isEmpty)
  }

  @Test("wait for earlier ones of other pods, but no longer than asked")
  func patience() {
    var merge = ControllerLogMerge()
    _ = merge.add(line("a", 5), at: start)
    #expect(merge.release(arrivedBefore: start).isEmpty)
    _ = merge.add(line("b", 4), at: start + .milliseconds(100))
    _ = merge.add(line("b", 6), at: start + .milliseconds(100))
    #expect(merge.release(arrivedBefore: start + .milliseconds(50)).map { $0.record.rest } == ["b4", "a5"])
    #expect(merge.release(arrivedBefore: start + .milliseconds(200)).map { $0.record.rest } == ["b6"])
  }

  @Test("are held in a bounded number: the earliest go first")
  func bound() {
    var merge = ControllerLogMerge(capacity: 3)
    for second in [4, 2, 3] as [Int64] { #expect(merge.add(line("a", second), at: start).isEmpty) }
    #expect(merge.add(line("a", 1), at: start).map { $0.record.rest } == ["a1", "a2"])
    #expect(merge.release().map { $0.record.rest } == ["a3", "a4"])
  }
}

extension Terminal {
  fileprivate static let plain = Terminal(isTerminal: false, columns: nil, color: .never, environment: [:])
}
