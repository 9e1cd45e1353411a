@testable import Controller
import Support
import Testing

@Suite("StatusReport")
struct StatusReportTests {
  private static let waiting = Verdict.waiting(
    .waitingForWorkers, summary: "Waiting for workers 1/2", message: "1 of 2")
  private static let stalled = Verdict.stalled(
    .checksumMismatch, summary: "Checksum mismatch V3", message: "V3 changed")
  private static let verdicts: [Verdict] = [.applied, .applying(done: 2, total: 5), .suspended, waiting, stalled]

  private static func report(
    _ verdict: Verdict, after previous: CitusMigrationStatus? = nil, generation: Int64 = 3, token: String? = nil,
    at now: Timestamp = Samples.now, _ observation: Observation = Observation()
  ) -> CitusMigrationStatus {
    StatusReport(generation: generation, handledReconcileAt: token, previous: previous, now: now)
      .status(verdict, observation)
  }

  private static var observed: Observation {
    var observation = Observation()
    observation.source = SourceStatus(revision: "configmap/a@sha256:1", digest: "sha256:1", scripts: 5)
    observation.cluster = Samples.fullStatus().cluster
    observation.clusterMessage = "coordinator and 2 workers are ready"
    observation.plan = PlanObservation(
      plan: Samples.plan(versions: 4..<6, applied: 1..<4), history: [], target: "citus:5432/app")
    return observation
  }

  @Test(
    "a run that nobody reports on any more is interrupted, unless it may go on elsewhere",
    arguments: [
      (Verdict.applied, "Interrupted"), (stalled, "Interrupted"), (waiting, "Interrupted"),
      (.waiting(.leaseHeld, summary: "Waiting for Lease", message: "held"), "Running"),
      (.waiting(.databaseLocked, summary: "Waiting for lock", message: "held"), "Running"),
    ])
  func abandonedRun(_ verdict: Verdict, _ outcome: String) throws {
    var previous = CitusMigrationStatus()
    previous.lastRun = RunStatus(
      startedAt: "2026-01-01T00:00:00Z", outcome: "Running",
      steps: [
        RunStepStatus(script: "V1__a.sql", state: "Applied"), RunStepStatus(script: "V2__b.sql", state: "Running"),
      ])
    let run = try #require(Self.report(verdict, after: previous).lastRun)
    let isOver = outcome == "Interrupted"
    #expect(run.outcome == outcome)
    #expect(run.finishedAt == (isOver ? Samples.now.rfc3339 : nil))
    #expect(run.steps?.map(\.state) == ["Applied", isOver ? "Pending" : "Running"])
  }

  @Test("after any two verdicts Reconciling and Stalled are never both there, and absent when not true")
  func neverBoth() {
    for first in Self.verdicts {
      for second in Self.verdicts {
        let status = Self.report(second, after: Self.report(first))
        let isReconciling = status.condition(.reconciling)
        let isStalled = status.condition(.stalled)
        #expect(isReconciling == nil || isStalled == nil)
        #expect(isReconciling == nil || isReconciling?.status == "True")
        #expect(isStalled == nil || isStalled?.status == "True")
        #expect(Set(status.conditions?.map(\.type) ?? []).count == status.conditions?.count)
        #expect(status.conditions?.first?.type == "Ready")
      }
    }
  }

  @Test(
    "each verdict has its conditions, its reason and its words",
    arguments: [
      (Verdict.applied, "True", nil, "Applied", "Applied"),
      (.applying(done: 2, total: 5), "False", "Reconciling", "Applying", "Applying 3/5"),
      (.applying(done: 5, total: 5), "False", "Reconciling", "Applying", "Applying 5/5"),
      (.suspended, "Unknown", nil, "Suspended", "Suspended"),
      (waiting, "False", "Reconciling", "WaitingForWorkers", "Waiting for workers 1/2"),
      (stalled, "False", "Stalled", "ChecksumMismatch", "Checksum mismatch V3"),
    ] as [(Verdict, String, String?, String, String)])
  func table(verdict: Verdict, ready: String, other: String?, reason: String, summary: String) {
    let status = Self.report(verdict)
    #expect(status.condition(.ready)?.status == ready)
    #expect(status.condition(.ready)?.reason == reason)
    #expect(status.summary == summary)
    let others = status.conditions?.map(\.type).filter { $0 == "Reconciling" || $0 == "Stalled" }
    #expect(others == (other.map { [$0] } ?? []))
    #expect(status.conditions?.allSatisfy { $0.observedGeneration == 3 && !$0.message.isEmpty } == true)
  }

  @Test("a generation counts as observed only once there is a result")
  func observedGeneration() {
    #expect(Self.report(Self.waiting, generation: 1).observedGeneration == -1)
    let applied = Self.report(.applied, generation: 1)
    #expect(applied.observedGeneration == 1)
    let waiting = Self.report(Self.waiting, after: applied, generation: 2)
    #expect(waiting.observedGeneration == 1)
    #expect(Self.report(.applying(done: 0, total: 1), after: waiting, generation: 2).observedGeneration == 1)
    #expect(Self.report(Self.stalled, after: waiting, generation: 2).observedGeneration == 2)
    #expect(Self.report(.suspended, after: waiting, generation: 2).observedGeneration == 2)
  }

  @Test("the time of a transition moves only when the status does")
  func transitionTime() {
    let first = Self.report(Self.waiting)
    let later = Samples.now.advanced(by: .seconds(60))
    let other = Verdict.waiting(.nodesUnreachable, summary: "Waiting for nodes", message: "another text")
    let second = Self.report(other, after: first, at: later)
    #expect(second.condition(.ready)?.lastTransitionTime == Samples.now.rfc3339)
    #expect(second.condition(.reconciling)?.lastTransitionTime == Samples.now.rfc3339)
    #expect(second.condition(.ready)?.reason == "NodesUnreachable")
    let third = Self.report(.applied, after: second, at: later)
    #expect(third.condition(.ready)?.lastTransitionTime == later.rfc3339)
  }

  @Test("the same verdict at a later time gives an equal status, so that nothing is written", arguments: verdicts)
  func noChange(verdict: Verdict) {
    let first = Self.report(verdict, Self.observed)
    let second = Self.report(verdict, after: first, at: Samples.now.advanced(by: .seconds(3600)), Self.observed)
    #expect(second == first)
    #expect(Self.report(verdict, after: second, at: Samples.now.advanced(by: .seconds(7200))) != CitusMigrationStatus())
  }

  @Test("what a look did not reach keeps what was known before", arguments: verdicts)
  func notReached(verdict: Verdict) {
    let before = Self.report(.applied, Self.observed)
    let after = Self.report(verdict, after: before)
    #expect(after.source == before.source)
    #expect(after.cluster == before.cluster)
    #expect(after.plan == before.plan)
    #expect(after.history == before.history)
    #expect(after.currentVersion == "3")
    #expect(after.appliedCount == 3 && after.pendingCount == 2)
    #expect(after.condition(.sourceReady) == before.condition(.sourceReady))
    if verdict != Self.waiting { #expect(after.condition(.clusterReady) == before.condition(.clusterReady)) }
  }

  @Test("a stage that stands in the way is False, and True again once it is passed")
  func stages() {
    let waiting = Self.report(Self.waiting)
    #expect(waiting.condition(.clusterReady)?.status == "False")
    #expect(waiting.condition(.clusterReady)?.reason == "WaitingForWorkers")
    #expect(waiting.condition(.sourceReady) == nil)
    let applied = Self.report(.applied, after: waiting, Self.observed)
    #expect(applied.condition(.clusterReady)?.status == "True")
    #expect(applied.condition(.sourceReady)?.status == "True")
    let missing = Verdict.waiting(.sourceNotFound, summary: "Waiting for source", message: "create it")
    #expect(Self.report(missing, after: applied).condition(.sourceReady)?.status == "False")
    #expect(Self.report(missing, after: applied).condition(.clusterReady)?.status == "True")
  }

  @Test("suspending keeps Ready as it was, with its own reason", arguments: ["True", "False", "Unknown"])
  func suspended(before: String) {
    var previous = Self.report(.applied)
    previous.conditions?[0].status = before
    let status = Self.report(.suspended, after: previous, at: Samples.now.advanced(by: .seconds(5)))
    #expect(status.condition(.ready)?.status == before)
    #expect(status.condition(.ready)?.reason == "Suspended")
    #expect(status.condition(.ready)?.lastTransitionTime == Samples.now.rfc3339)
  }

  @Test("the token of a request is echoed, and kept when the annotation goes")
  func token() {
    let first = Self.report(Self.waiting, token: "now-1")
    #expect(first.lastHandledReconcileAt == "now-1")
    #expect(Self.report(.applied, after: first).lastHandledReconcileAt == "now-1")
    #expect(Self.report(.applied, after: first, token: "now-2").lastHandledReconcileAt == "now-2")
  }
}
