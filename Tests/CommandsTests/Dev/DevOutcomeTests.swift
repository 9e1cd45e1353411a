@testable import Commands
@testable import Controller
import Kubernetes
import Support
import Testing

@Suite("What whimbrel dev tells")
struct DevOutcomeTests {
  private static func object(
    digest: String = "sha256:a", generation: Int64 = 1, _ conditions: [(ConditionType, String, Reason, String)]
  ) -> CitusMigration {
    var metadata = ObjectMetadata(name: "app", namespace: "dev")
    metadata.generation = generation
    var status = CitusMigrationStatus()
    (status.observedGeneration, status.summary, status.currentVersion) = (1, "Words", "7")
    status.source = SourceStatus(revision: "r", digest: digest, scripts: 1)
    status.conditions = conditions.map { type, value, reason, message in
      Condition(
        type: type.rawValue, status: value, observedGeneration: 1, lastTransitionTime: "2026-01-02T03:04:05Z",
        reason: reason.rawValue, message: message)
    }
    return CitusMigration(
      metadata: metadata,
      spec: CitusMigrationSpec(
        migrations: MigrationsSpec(), cluster: ClusterSpec(workers: .init(expected: 0, match: nil))), status: status)
  }

  @Test(
    "is what the controller says of what was published, not of what was there before",
    arguments: [
      (object([(.ready, "True", .applied, "")]), .ready("Words, version 7")),
      (object(digest: "sha256:b", [(.ready, "True", .applied, "")]), .unseen),
      (object(generation: 2, [(.ready, "True", .applied, "")]), .pending("Words")),
      (object([(.ready, "False", .applying, "")]), .pending("Words")),
      (
        object([(.stalled, "True", .migrationFailed, "V2__b.sql:2:8: [42601] syntax error; rolled back")]),
        .failed([
          "V2__b.sql:2:8: [42601] syntax error; rolled back", "Correct the file and save it: it is applied again.",
        ])
      ),
    ] as [(CitusMigration, DevOutcome)])
  func outcome(object: CitusMigration, outcome: DevOutcome) {
    #expect(DevOutcome(object, digest: "sha256:a") == outcome)
  }

  @Test("says what to do about an edit of what was applied: a new file, or a new database")
  func mismatch() throws {
    let object = Self.object([(.stalled, "True", .checksumMismatch, "V1: the checksum differs")])
    guard case .failed(let lines) = DevOutcome(object, digest: "sha256:a") else {
      Issue.record("not failed")
      return
    }
    #expect(lines.contains { $0.contains("new file") } && lines.contains { $0.contains("make dev-reset") })
  }

  @Test("is told once, with the time since the save; that nobody looks is told once, too")
  func progress() {
    var progress = DevProgress()
    func forgotten(_ moment: Int) -> Bool { progress.isForgotten(at: .seconds(moment)) }
    func told(_ outcome: DevOutcome, _ moment: Int) -> Duration? { progress.take(outcome, at: .seconds(moment)) }
    let early = forgotten(60)
    #expect(!early, "nothing is published yet")
    progress.published("a", savedAt: .seconds(10))
    let unseen = told(.unseen, 11)
    #expect(unseen == nil)
    let complaints = [15, 16, 17].map(forgotten)
    #expect(complaints == [false, true, false])
    let times = [told(.pending("x"), 17), told(.pending("x"), 18), told(.ready("x"), 19)]
    #expect(times == [.seconds(7), nil, .seconds(9)])
    progress.published("b", savedAt: .seconds(20))
    let again = told(.ready("x"), 21)
    #expect(again == .seconds(1))
    let late = forgotten(60)
    #expect(!late)
  }

  @Test("hides nothing that a message brings along")
  func voice() {
    let written = Guarded("")
    let voice = DevVoice(
      terminal: Terminal(isTerminal: false, columns: nil, color: .never, environment: [:]), clock: .system,
      write: { text in written.withLock { $0 += text } })
    voice.tell(.failed(["a\u{1B}[2J"]), after: .milliseconds(1234))
    let lines = written.withLock { $0 }.split(separator: "\n").map { $0.dropFirst(10) }
    #expect(lines == ["Failed (1.2 s after the save)", "  a\\u{1b}[2J"])
  }
}
