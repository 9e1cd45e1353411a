@testable import Commands
import Testing

@Suite("The line that is written over")
struct LiveProgressTests {
  private let bets = ProgressStep(
    label: "V2", version: "2", description: "add bets", isTransactional: true, statements: 3)
  private let view = ProgressStep(
    label: "R \"bets view\"", version: nil, description: "bets view", isTransactional: true, statements: 1)

  private func line(
    _ events: [(ProgressEvent, Duration)], at now: Duration, width: Int = 80
  ) -> String? {
    var progress = LiveProgress()
    for (event, moment) in events { progress.handle(event, at: moment) }
    return progress.line(at: now, width: width)
  }

  @Test("it shows the migration, the statement and the time since the migration began")
  func statements() {
    let events: [(ProgressEvent, Duration)] = [
      (.planned(count: 5), .zero), (.started(bets), .seconds(1)),
      (.statement(index: 2, count: 3, line: 7, verb: "CREATE INDEX"), .seconds(2)),
    ]
    #expect(line(events, at: .milliseconds(5250)) == "[1/5] V2 add bets · statement 2 of 3 · 4.2 s")
    #expect(line(events, at: .seconds(301)) == "[1/5] V2 add bets · statement 2 of 3 · 5 min 00 s")
    #expect(line(events, at: .seconds(2), width: 20) == "[1/5] V2 add bets ·…")
  }

  @Test("a backfill shows its rows beside the statement, until the next one")
  func backfill() {
    let events: [(ProgressEvent, Duration)] = [
      (.planned(count: 1), .zero), (.started(bets), .zero),
      (.statement(index: 1, count: 2, line: 1, verb: "BACKFILL"), .zero),
      (.backfill(text: "t: 5 of about 9 rows, pass 1", isNotable: true, isFinished: false), .zero),
    ]
    #expect(
      line(events, at: .zero) == "[1/1] V2 add bets · statement 1 of 2 · t: 5 of about 9 rows, pass 1 · 0 ms")
    let next = (ProgressEvent.statement(index: 2, count: 2, line: 2, verb: "BACKFILL"), Duration.zero)
    #expect(line(events + [next], at: .zero) == "[1/1] V2 add bets · statement 2 of 2 · 0 ms")
  }

  @Test("migrations that are done are counted, and between them nothing is shown")
  func counting() {
    let first: [(ProgressEvent, Duration)] = [
      (.planned(count: 2), .zero), (.started(bets), .zero), (.applied(bets, milliseconds: 5), .seconds(1)),
    ]
    #expect(line(first, at: .seconds(1)) == nil)
    #expect(line(first + [(.started(view), .seconds(1))], at: .seconds(1)) == "[2/2] R bets view · 0 ms")
    #expect(line([(.planned(count: 1), .zero), (.started(bets), .zero), (.failed(bets), .zero)], at: .zero) == nil)
  }

  @Test("waiting for the lock shows who holds it and for how long it has been waited")
  func waiting() {
    let events: [(ProgressEvent, Duration)] = [
      (.waiting(holder: "held by backend 7 (flyway)", attempt: 1), .seconds(1)),
      (.waiting(holder: "held by backend 7 (flyway)", attempt: 2), .seconds(2)),
    ]
    #expect(line(events, at: .seconds(3)) == "waiting for the lock, 2.0 s: held by backend 7 (flyway)")
    #expect(line(events + [(.planned(count: 1), .seconds(4))], at: .seconds(4)) == nil)
  }

  @Test("a description cannot move the cursor")
  func hostile() throws {
    let step = ProgressStep(
      label: "V1", version: "1", description: "\u{1B}[2J\n", isTransactional: true, statements: 1)
    let text = try #require(line([(.started(step), .zero)], at: .zero))
    #expect(text.unicodeScalars.allSatisfy { !VisibleText.isControl($0) })
  }

  @Test("without an event there is no line")
  func nothing() {
    #expect(line([], at: .seconds(9)) == nil)
  }
}
