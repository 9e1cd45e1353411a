@testable import Controller
import Support
import Testing

@Suite("Waiting since")
struct WaitingSinceTests {
  private static let workers = Verdict.waiting(
    .waitingForWorkers, summary: "Waiting for workers 1/2", message: "1 of 2")
  private static let nodes = Verdict.waiting(.nodesUnreachable, summary: "Waiting for nodes", message: "10.0.0.7")
  private static let start = Samples.now
  private static let later = start.advanced(by: .seconds(60))

  private func report(
    _ verdict: Verdict, after previous: CitusMigrationStatus?, at now: Timestamp
  ) -> CitusMigrationStatus {
    StatusReport(generation: 3, handledReconcileAt: nil, previous: previous, now: now).status(verdict, Observation())
  }

  @Test("the message names when the waiting began, and goes on counting while the reason stays")
  func counts() {
    let first = report(Self.workers, after: nil, at: Self.start)
    #expect(first.condition(.ready)?.message == "1 of 2; waiting since \(Self.start.rfc3339)")
    #expect(first.condition(.reconciling)?.message == first.condition(.ready)?.message)
    #expect(first.condition(.clusterReady)?.message == first.condition(.ready)?.message)
    #expect(first.summary == "Waiting for workers 1/2")
    let other = Verdict.waiting(.waitingForWorkers, summary: "Waiting for workers 0/2", message: "0 of 2")
    let second = report(other, after: first, at: Self.later)
    #expect(second.condition(.ready)?.message == "0 of 2; waiting since \(Self.start.rfc3339)")
  }

  @Test(
    "anything in between begins anew",
    arguments: [nodes, .applied, .applying(done: 0, total: 1), .stalled(.migrationFailed, summary: "F", message: "m")])
  func anew(between: Verdict) {
    let first = report(Self.workers, after: nil, at: Self.start)
    let second = report(between, after: first, at: Self.start.advanced(by: .seconds(30)))
    let third = report(Self.workers, after: second, at: Self.later)
    #expect(third.condition(.ready)?.message == "1 of 2; waiting since \(Self.later.rfc3339)")
  }

  @Test(
    "a message that says nothing readable of a moment counts from now",
    arguments: [
      "1 of 2", "1 of 2; waiting since yesterday", "; waiting since ", "1; waiting since 2026-01-01T00:00:00Z.",
    ])
  func unreadable(message: String) {
    var previous = report(Self.workers, after: nil, at: Self.start)
    previous.conditions = previous.conditions?.map { condition in
      var condition = condition
      condition.message = message
      return condition
    }
    let status = report(Self.workers, after: previous, at: Self.later)
    #expect(status.condition(.ready)?.message == "1 of 2; waiting since \(Self.later.rfc3339)")
  }

  @Test("a message that is too long keeps the moment, so that it is found again")
  func long() {
    let long = Verdict.waiting(
      .databaseLocked, summary: "s", message: String(repeating: "e\u{301}", count: 9000))
    let first = report(long, after: nil, at: Self.start)
    let message = first.condition(.ready)?.message ?? ""
    #expect(message.unicodeScalars.count == Condition.messageLimit)
    #expect(message.hasSuffix("; waiting since \(Self.start.rfc3339)"))
    #expect(report(long, after: first, at: Self.later) == first)
  }

  @Test("the message is told without its end")
  func plain() {
    #expect(WaitingSince.plain("1 of 2; waiting since 2026-01-01T00:00:00Z") == "1 of 2")
    #expect(WaitingSince.plain("1 of 2; waiting since ever") == "1 of 2; waiting since ever")
  }
}
