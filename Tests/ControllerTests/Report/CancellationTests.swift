@testable import Controller
import Kubernetes
import Support
import Testing

@Suite("A run that was cancelled")
struct CancellationTests {
  private static func object(
    generation: Int64 = 3, reconcileAt: String? = nil, repair: String? = nil, cancel: String? = nil
  ) -> CitusMigration {
    var metadata = Samples.metadata(generation: generation)
    metadata.annotations["whimbrel.dev/reconcile-at"] = reconcileAt
    metadata.annotations["whimbrel.dev/repair"] = repair
    metadata.annotations["whimbrel.dev/cancel"] = cancel
    return CitusMigration(metadata: metadata, spec: Samples.spec())
  }

  @Test(
    "holds everything back until spec, source or a request changes",
    arguments: [
      (object(), "sha256:1", true), (object(generation: 4), "sha256:1", false), (object(), "sha256:2", false),
      (object(), nil, true), (object(reconcileAt: "a"), "sha256:1", false), (object(repair: "b"), "sha256:1", false),
      (object(cancel: "other"), "sha256:1", true),
    ] as [(CitusMigration, String?, Bool)])
  func holds(object: CitusMigration, digest: String?, expected: Bool) {
    let cancellation = CancellationStatus(run: "r1", of: Self.object(), sourceDigest: "sha256:1")
    #expect(cancellation.holds(object, sourceDigest: digest) == expected)
  }

  @Test("a request that was there when it was cancelled is none, nor is one that is taken away")
  func knownRequests() {
    let old = Self.object(reconcileAt: "a")
    let latest = Self.object(reconcileAt: "b", repair: "c")
    let cancellation = CancellationStatus(run: "r1", of: old, now: latest, sourceDigest: "sha256:1")
    #expect(cancellation.holds(latest, sourceDigest: "sha256:1"))
    #expect(cancellation.holds(Self.object(), sourceDigest: "sha256:1"))
    #expect(!cancellation.holds(Self.object(reconcileAt: "d", repair: "c"), sourceDigest: "sha256:1"))
  }

  @Test(
    "a run whose controller ended without a report is cancelled by its id alone",
    arguments: [
      ("r1", "Running", "r1", true), ("r1", "Running", "r2", false), ("r1", "Succeeded", "r1", false),
      ("r1", "Cancelled", "r1", false), (nil, "Running", "r1", false), ("r1", "Running", nil, false),
    ] as [(String?, String, String?, Bool)])
  func abandoned(id: String?, outcome: String, cancel: String?, isCancelled: Bool) {
    var object = Self.object(cancel: cancel)
    object.status = CitusMigrationStatus()
    object.status?.lastRun = RunStatus(id: id, startedAt: Samples.now.rfc3339, outcome: outcome)
    let cancellation = CancellationStatus.ofAbandonedRun(object, sourceDigest: "sha256:1")
    #expect((cancellation != nil) == isCancelled)
    #expect(cancellation == nil || cancellation?.run == id)
  }

  @Test("stays in the status through looks that do not get far, and goes when it is released")
  func status() {
    var observation = Observation()
    let cancellation = CancellationStatus(run: "r1", of: Self.object(), sourceDigest: "sha256:1")
    observation.cancellation = cancellation
    let report = { (verdict: Verdict, previous: CitusMigrationStatus?, observation: Observation) in
      StatusReport(generation: 3, handledReconcileAt: nil, previous: previous, now: Samples.now)
        .status(verdict, observation)
    }
    let first = report(cancellation.verdict, nil, observation)
    #expect(first.cancellation == cancellation && first.summary == "Cancelled")
    #expect(
      first.condition(.stalled)?.reason == "Cancelled" && first.condition(.stalled)?.message.contains("r1") == true)
    let waiting = report(
      .waiting(.sourceUnavailable, summary: "s", message: "m"), first, Observation())
    #expect(waiting.cancellation == cancellation)
    #expect(report(.suspended, waiting, Observation()).cancellation == cancellation)
    var released = Observation()
    released.isReleased = true
    #expect(report(.applying(done: 0, total: 1), waiting, released).cancellation == nil)
  }
}
