@testable import Controller
import Kubernetes
import MigrationCore
@testable import Promotion
import Support
import Testing

@Suite("Gates in the status")
struct GateReportTests {
  private static let hold = GateHold(.awaitingApproval, "V5 waits", until: Samples.now)

  private static func observation(_ hold: GateHold?, configured: Bool = true) -> Observation {
    var observation = Observation()
    observation.gate = GateObservation(isConfigured: configured)
    observation.gate?.hold = GateStatus(GateDecision(allowed: 1, hold: hold, held: 2), pending: 3)
    return observation
  }

  private static func status(
    _ verdict: Verdict, _ observation: Observation, after previous: CitusMigrationStatus? = nil
  ) -> CitusMigrationStatus {
    StatusReport(generation: 3, handledReconcileAt: nil, previous: previous, now: Samples.now)
      .status(verdict, observation)
  }

  private static func verdict(_ hold: GateHold = hold, reportsReady: Bool = false) throws -> Verdict {
    Verdict(hold, try #require(observation(hold).gate?.hold), reportsReady: reportsReady)
  }

  @Test("a closed gate is Reconciling for kstatus, with its reason, message, end and number")
  func closed() throws {
    let status = Self.status(try Self.verdict(), Self.observation(Self.hold))
    #expect(status.condition(.ready)?.status == "False" && status.condition(.ready)?.reason == "AwaitingApproval")
    #expect(status.condition(.reconciling)?.status == "True" && status.condition(.stalled) == nil)
    #expect(status.condition(.gateOpen)?.status == "False")
    #expect(status.condition(.gateOpen)?.message == "2 of 3 pending migrations held: V5 waits")
    #expect(status.summary == "Awaiting approval" && status.gate?.held == 2)
    #expect(status.gate?.until == Samples.now.rfc3339)
  }

  @Test("with reportReady it is Ready with a reason of its own, but never where a person is needed")
  func reportReady() throws {
    let ready = Self.status(try Self.verdict(reportsReady: true), Self.observation(Self.hold))
    #expect(ready.condition(.ready)?.status == "True")
    #expect(ready.condition(.ready)?.reason == "UpToDateWithHeldMigrations" && ready.summary == "Awaiting approval")
    #expect(ready.condition(.reconciling) == nil && ready.condition(.gateOpen)?.status == "False")
    #expect(ready.observedGeneration == 3)
    let diverged = GateHold(.upstreamDiverged, "V5 differs")
    let stalled = Self.status(try Self.verdict(diverged, reportsReady: true), Self.observation(diverged))
    #expect(stalled.condition(.stalled)?.reason == "UpstreamDiverged")
  }

  @Test("the condition stays where gates were not asked, is True where they are open, and goes with spec.promotion")
  func condition() throws {
    let closed = Self.status(try Self.verdict(), Self.observation(Self.hold))
    let unknown = Verdict.waiting(.databaseUnreachable, summary: "x", message: "x")
    #expect(Self.status(unknown, Observation(), after: closed).condition(.gateOpen) == closed.condition(.gateOpen))
    #expect(Self.status(unknown, Observation(), after: closed).gate == closed.gate)
    let open = Self.status(.applied, Self.observation(nil), after: closed)
    #expect(open.condition(.gateOpen)?.status == "True" && open.gate == nil)
    #expect(Self.status(.applied, Self.observation(nil, configured: false), after: open).condition(.gateOpen) == nil)
  }

  @Test("every reason of a gate is a reason of the conditions", arguments: GateHold.Reason.allCases)
  func reasons(reason: GateHold.Reason) {
    #expect(Reason(rawValue: reason.rawValue) != nil)
  }

  @Test("approval, its end, a bypass, and opening are told; a bypass as a warning that names the plan")
  func announcements() throws {
    var closed = Self.status(try Self.verdict(), Self.observation(Self.hold))
    var approved = Self.status(.applied, Self.observation(nil), after: closed)
    approved.approval = ApprovalStatus(digest: "d1", by: "eve", seenAt: Samples.now.rfc3339)
    let told = Announcement.gates(from: closed, to: approved)
    #expect(told.map(\.reason) == ["Approved", "GateOpened"] && told.allSatisfy { !$0.isWarning })
    #expect(told.first?.note.contains("d1") == true && told.first?.note.contains("'eve' as it says") == true)
    #expect(Announcement.gates(from: approved, to: approved).isEmpty)
    #expect(Announcement.gates(from: approved, to: closed).map(\.reason) == ["ApprovalVoid"])
    closed.bypass = ApprovalStatus(digest: "d2", by: nil, seenAt: Samples.now.rfc3339)
    let bypassed = Announcement.gates(from: nil, to: closed)
    #expect(bypassed.map(\.reason) == ["GatesBypassed"] && bypassed.first?.isWarning == true)
    #expect(bypassed.first?.note.contains("d2") == true)
    let ready = Self.status(try Self.verdict(reportsReady: true), Self.observation(Self.hold))
    #expect(Announcement.gates(from: nil, to: ready).map(\.reason) == ["GateClosed"])
    // A run of the first migrations has shown the gate before.
    let running = Self.status(.applying(done: 0, total: 1), Self.observation(Self.hold))
    #expect(Announcement.gates(from: running, to: ready).map(\.reason) == ["GateClosed"])
    #expect(Announcement.gates(from: ready, to: ready).isEmpty)
  }

  // MARK: Evidence

  private static func entry(
    _ version: String, _ checksum: Int64, _ sha256: String?, _ appliedAt: String
  ) -> AppliedStatus {
    AppliedStatus(version: version, checksum: checksum, sha256: sha256, appliedAt: appliedAt)
  }

  private static let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-01T08:00:00Z")

  @Test("the file that was seen first with a row stays the one that was applied")
  func firstFile() {
    let before = [Self.entry("1", 5, "first", Self.early)]
    let now = [Self.entry("1", 5, "second", Self.early)]
    #expect(AppliedEvidence.merged(now, after: before, now: Samples.now) == before)
    #expect(AppliedEvidence.merged(now, after: nil, now: Samples.now) == now)
    let again = [Self.entry("1", 5, "second", Self.late)]
    #expect(AppliedEvidence.merged(again, after: before, now: Samples.now) == again, "applied anew")
    let unknown = [Self.entry("1", 5, nil, Self.early)]
    #expect(AppliedEvidence.merged(unknown, after: before, now: Samples.now) == before)
  }

  @Test("a checksum that changed in place counts as applied when that was seen, and stays so")
  func changedInPlace() {
    let before = [Self.entry("1", 5, "first", Self.early)]
    let repaired = AppliedEvidence.merged([Self.entry("1", 6, "second", Self.early)], after: before, now: Samples.now)
    #expect(repaired == [Self.entry("1", 6, "second", Samples.now.rfc3339)])
    let later = AppliedEvidence.merged(
      [Self.entry("1", 6, "second", Self.early)], after: repaired, now: Samples.now.advanced(by: .seconds(60)))
    #expect(later == repaired)
  }

  @Test("what is in effect is evidence: the latest up to the bound, without a digest where the file is another one")
  func evidence() {
    let plan = Samples.plan(versions: 301..<303, applied: 1..<301)
    let evidence = AppliedEvidence.of(plan.migrations)
    #expect(evidence.count == AppliedEvidence.listed)
    #expect(evidence.first?.version == "45" && evidence.last?.version == "300")
    #expect(evidence.allSatisfy { $0.sha256?.count == 64 && $0.description == nil })
    let file = ScriptFile(path: "V1__m.sql", bytes: Array("SELECT 1;".utf8))
    var rows = Samples.rows(.resolve([file], settings: MigrationSettings()), 1..<2)
    rows[0].checksum = 4711
    let changed = MigrationOverview(
      set: .resolve([file], settings: MigrationSettings()), history: rows, settings: MigrationSettings())
    #expect(AppliedEvidence.of(changed.migrations).map(\.sha256) == [nil])
  }

  @Test("an upstream's status is evidence, and complete only below the bound; none is no evidence")
  func observed() {
    var object = CitusMigration(metadata: Samples.metadata(), spec: Samples.spec())
    func state() -> UpstreamObservation.State { UpstreamObservation(object, name: "u", isPolled: false).state }
    func isUnavailable(_ state: UpstreamObservation.State) -> Bool {
      if case .unavailable = state { true } else { false }
    }
    #expect(isUnavailable(state()) && isUnavailable(UpstreamObservation(nil, name: "u", isPolled: false).state))
    object.status = CitusMigrationStatus()
    #expect(isUnavailable(state()))
    object.status?.applied = []
    #expect(state() == .applied([:], isComplete: true))
    let all = (1...AppliedEvidence.listed).map { Self.entry("\($0)", 1, "s", Self.early) }
    object.status?.applied = all
    guard case .applied(let evidence, isComplete: false) = state() else {
      Issue.record("a full list may be cut")
      return
    }
    #expect(evidence.count == AppliedEvidence.listed)
    object.metadata.deletionTimestamp = Self.early
    #expect(isUnavailable(state()))
  }
}
