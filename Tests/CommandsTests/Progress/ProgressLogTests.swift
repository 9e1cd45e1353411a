@testable import Commands
import Testing

@Suite("The lines that a run leaves behind")
struct ProgressLogTests {
  private let bets = ProgressStep(
    label: "V2", version: "2", description: "add bets", isTransactional: false, statements: 2)

  private func texts(_ event: ProgressEvent, live: Bool = false) -> [String] {
    ProgressLog(schema: "public", isLive: live).lines(for: event).map { "\($0.level): \($0.text)" }
  }

  @Test("in a pipe a migration has a line when it begins and one when it is done")
  func pipe() {
    #expect(
      texts(.started(bets)) == [#"info: Migrating schema "public" to version "2 - add bets" [non-transactional]"#])
    #expect(texts(.applied(bets, milliseconds: 1234)) == ["info:   V2 add bets: applied, 2 statements, 1.2 s"])
  }

  @Test("with a live line only the end is left behind")
  func live() {
    #expect(texts(.started(bets), live: true).first?.hasPrefix("debug") == true)
    #expect(
      texts(.applied(bets, milliseconds: 12), live: true) == ["info: ✓ V2 add bets: applied, 2 statements, 12 ms"])
  }

  @Test("a repeatable migration and an undone one are named as such")
  func kinds() {
    let view = ProgressStep(label: "R \"v\"", version: nil, description: "v", isTransactional: true, statements: 1)
    #expect(texts(.started(view)) == [#"info: Migrating schema "public" with repeatable migration "v""#])
    let undo = ProgressStep(
      label: "U2", version: "2", description: "add bets", isTransactional: true, statements: 1, isUndo: true)
    #expect(texts(.started(undo)) == [#"info: Undoing migration of schema "public" to version "2 - add bets""#])
    #expect(texts(.applied(undo, milliseconds: 1)) == ["info:   U2 add bets: undone, 1 statement, 1 ms"])
  }

  @Test(
    "a backfill leaves a line now and then, with a live line only its end",
    arguments: [(false, false, "debug", "debug"), (true, false, "info", "debug"), (true, true, "info", "info")])
  func backfill(isNotable: Bool, isFinished: Bool, pipe: String, live: String) {
    let event = ProgressEvent.backfill(text: "t: 5 rows", isNotable: isNotable, isFinished: isFinished)
    #expect(texts(event) == ["\(pipe):   t: 5 rows"])
    #expect(texts(event, live: true) == ["\(live):   t: 5 rows"])
  }

  @Test("the holder of the lock is named at first and then every ten seconds")
  func waiting() {
    let attempts = 1...30
    let lines = attempts.filter { !texts(.waiting(holder: "held by x", attempt: $0)).isEmpty }
    #expect(lines == [1, 10, 20, 30])
    #expect(attempts.filter { !texts(.waiting(holder: "held by x", attempt: $0), live: true).isEmpty } == [1])
  }

  @Test("a statement has a line of its own if it took long", arguments: [(999, "debug"), (1000, "info")])
  func statements(milliseconds: Int, level: String) {
    let event = ProgressEvent.statementEnded(
      index: 1, count: 2, line: 4, verb: "CREATE INDEX", milliseconds: milliseconds)
    #expect(texts(event).map { String($0.prefix(level.count)) } == [level])
    #expect(texts(event).first?.contains("statement 1 of 2, line 4 (CREATE INDEX): ") == true)
  }

  @Test(
    "durations are short",
    arguments: [
      (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (59_999, "59.9 s"), (60_000, "1 min 00 s"),
      (3_599_999, "59 min 59 s"), (3_600_000, "1 h 00 min"), (-5, "0 ms"),
    ])
  func durations(milliseconds: Int, expected: String) {
    #expect(ElapsedText.short(milliseconds: milliseconds) == expected)
  }

  @Test(
    "Flyway's form of durations", arguments: [(0, "00:00.000s"), (61_005, "01:01.005s"), (6_000_000, "100:00.000s")])
  func flywayDurations(milliseconds: Int, expected: String) {
    #expect(ElapsedText.flyway(milliseconds: milliseconds) == expected)
  }
}
