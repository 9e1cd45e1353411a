@testable import Controller
import MigrationCore
import Support
import Testing

@Suite("What is reported of drift")
struct DriftReportTests {
  private static func difference(_ name: String, _ kind: DriftKind = .column) -> DriftDifference {
    DriftDifference(.init(kind, name), .changed, expected: "type text", actual: "type bigint")
  }

  private static func policy(_ mode: DriftPolicy.Mode = .report, ignore: [String] = []) -> DriftPolicy {
    var policy = DriftPolicy()
    policy.mode = mode
    policy.ignore = ignore.compactMap { DriftPattern($0) }
    return policy
  }

  private static func report(
    _ change: (inout DriftReport.Findings) -> Void, ignore: [String] = [], previous: DriftStatus? = nil
  ) -> (DriftStatus, DriftReport.Outcome)? {
    var findings = DriftReport.Findings()
    findings.baseline = DriftBaselineStatus(digest: "d", run: "r", takenAt: Samples.now.rfc3339, objects: 12)
    change(&findings)
    let report = DriftReport(policy: policy(ignore: ignore), previous: previous, now: Samples.now)
    guard case .compared(let status, let outcome) = report.observation(findings) else { return nil }
    return (status, outcome)
  }

  @Test("nothing that differs is NoDrift, with the number of objects")
  func none() throws {
    let (status, outcome) = try #require(Self.report { _ in })
    #expect(outcome.status == "True" && outcome.reason == .noDrift)
    #expect(outcome.message == "12 objects as the migrations left them")
    #expect(status.count == 0 && status.objects.isEmpty && !status.truncated)
    #expect(status.checkedAt == Samples.now.rfc3339 && status.baseline?.digest == "d")
  }

  @Test("what differs is named in the message and listed with its parts")
  func differences() throws {
    let (status, outcome) = try #require(Self.report { $0.differences = [Self.difference("public.bets.note")] })
    #expect(outcome.status == "False" && outcome.reason == .driftDetected)
    #expect(
      outcome.message
        == "1 object differs: column public.bets.note changed: type text expected, type bigint found")
    #expect(
      status.objects == [
        DriftObjectStatus(
          kind: "column", name: "public.bets.note", node: nil, change: "Changed", expected: "type text",
          actual: "type bigint")
      ])
  }

  @Test("of many, fifty are listed, five are in the message, and the whole number is told")
  func many() throws {
    let (status, outcome) = try #require(
      Self.report { $0.differences = (0..<80).map { Self.difference("public.t.c\($0)") } })
    #expect(status.count == 80 && status.objects.count == 50 && status.truncated)
    #expect(
      outcome.message.hasPrefix("80 objects differ: ") && outcome.message.hasSuffix("; and 75 more, see status.drift"))
  }

  @Test("what is ignored is neither counted nor told")
  func ignored() throws {
    let (status, outcome) = try #require(
      Self.report(
        { $0.differences = [Self.difference("public.tmp_a", .index), Self.difference("public.tmp_b", .index)] },
        ignore: ["index/public.tmp_*"]))
    #expect(outcome.reason == .noDrift && status.count == 0)
  }

  @Test("a node that does not answer makes it unknown, unless something differs elsewhere")
  func unanswered() throws {
    let (_, outcome) = try #require(Self.report { $0.unanswered = ["w2:5432: refused"] })
    #expect(outcome.status == "Unknown" && outcome.reason == .notChecked)
    #expect(outcome.message == "not compared: w2:5432: refused")
    let (_, both) = try #require(
      Self.report {
        $0.unanswered = ["w2:5432: refused"]
        $0.differences = [Self.difference("a.b.c")]
      })
    #expect(both.status == "False" && both.message.hasSuffix("; not compared: w2:5432: refused"))
  }

  @Test(
    "a new baseline says why",
    arguments: [
      (DriftBaseline.Reason.run, "True", Reason.noDrift), (.first, "True", .baselineTaken),
      (.accepted, "True", .baselineTaken), (.unfinishedRun, "True", .baselineTaken),
      (.incomparable, "Unknown", .baselineReplaced),
    ])
  func taken(_ reason: DriftBaseline.Reason, _ status: String, _ expected: Reason) throws {
    let (_, outcome) = try #require(Self.report { $0.taken = reason })
    #expect(outcome.status == status && outcome.reason == expected)
  }

  @Test("a comparison that failed keeps what was known and says why")
  func failure() throws {
    let report = DriftReport(policy: Self.policy(), previous: Samples.driftStatus(), now: Samples.now)
    guard case .compared(let status, let outcome) = report.failure("refused") else {
      Issue.record("not compared")
      return
    }
    #expect(status == Samples.driftStatus())
    #expect(outcome.status == "Unknown" && outcome.reason == .notChecked)
    #expect(outcome.message == "the database could not be compared: refused")
  }

  // MARK: Status, Event

  private static func status(
    _ drift: DriftObservation?, after previous: CitusMigrationStatus? = nil, _ verdict: Verdict = .applied
  ) -> CitusMigrationStatus {
    var observation = Observation()
    observation.drift = drift
    return StatusReport(generation: 1, handledReconcileAt: nil, previous: previous, now: Samples.now)
      .status(verdict, observation)
  }

  private static func compared(_ condition: String, _ reason: Reason, _ names: [String] = []) -> DriftObservation {
    var status = DriftStatus()
    status.objects = names.map { DriftObjectStatus(difference($0)) }
    status.count = names.count
    return .compared(status, .init(status: condition, reason: reason, message: names.joined(separator: ", ") + "."))
  }

  @Test("the condition stays what it was where a look did not compare, and goes when it is off")
  func condition() {
    let first = Self.status(Self.compared("False", .driftDetected, ["a.b.c"]))
    #expect(first.condition(.driftFree)?.reason == "DriftDetected" && first.condition(.ready)?.status == "True")
    let second = Self.status(nil, after: first)
    #expect(second.condition(.driftFree) == first.condition(.driftFree) && second.drift == first.drift)
    let waiting = Self.status(nil, after: first, .waiting(.nodesUnreachable, summary: "x", message: "y"))
    #expect(waiting.condition(.driftFree)?.status == "False")
    let off = Self.status(.off, after: first)
    #expect(off.condition(.driftFree) == nil && off.drift == nil)
  }

  @Test("an Event tells that something else differs, and that nothing does any more, and nothing of the same again")
  func events() throws {
    let clean = Self.status(Self.compared("True", .noDrift))
    let one = Self.status(Self.compared("False", .driftDetected, ["a"]), after: clean)
    let two = Self.status(Self.compared("False", .driftDetected, ["a", "b"]), after: one)
    let again = Self.status(Self.compared("True", .noDrift), after: two)
    let unknown = Self.status(Self.compared("Unknown", .notChecked), after: again)
    #expect(Announcement.drift(from: nil, to: clean) == nil)
    let told = try #require(Announcement.drift(from: clean, to: one))
    #expect(told.isWarning && told.reason == "DriftDetected" && told.action == "Compare" && told.note == "a.")
    #expect(Announcement.drift(from: one, to: one) == nil)
    #expect(Announcement.drift(from: one, to: two)?.note == "a, b.")
    #expect(Announcement.drift(from: two, to: again)?.reason == "NoDrift")
    #expect(Announcement.drift(from: two, to: again)?.isWarning == false)
    #expect(Announcement.drift(from: again, to: unknown)?.reason == "NotChecked")
    #expect(Announcement.drift(from: unknown, to: unknown) == nil)
    // The one of Stalled would say the same once more.
    let failed = Self.status(
      nil, after: one, .stalled(.driftDetected, summary: "Drift detected", message: "a"))
    #expect(Announcement.change(from: one, to: failed) == nil)
  }
}
