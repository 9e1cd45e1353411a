@testable import Controller
import Kubernetes
import Testing

@Suite("Trigger")
struct TriggerTests {
  private func object() -> CitusMigration { CitusMigration(metadata: Samples.metadata(), spec: Samples.spec()) }

  @Test("a status, a label or another annotation asks for no new look; all else does")
  func triggers() {
    let before = object()
    func changed(_ change: (inout CitusMigration) -> Void) -> Bool {
      var after = before
      change(&after)
      return Trigger(after) != Trigger(before)
    }
    #expect(!changed { $0.status = Samples.fullStatus() })
    #expect(!changed { $0.metadata.resourceVersion = "9" })
    #expect(!changed { $0.metadata.labels["a"] = "b" })
    #expect(!changed { $0.metadata.annotations["a"] = "b" })
    #expect(changed { $0.metadata.generation = 4 })
    #expect(changed { $0.metadata.uid = "other" })
    #expect(changed { $0.metadata.deletionTimestamp = "2026-01-01T00:00:00Z" })
    for name in ["reconcile-at", "repair", "cancel", "approve", "bypass-gates", "accept-drift"] {
      #expect(changed { $0.metadata.annotations["whimbrel.dev/\(name)"] = "now" })
    }
    #expect(changed { $0.metadata.annotations["reconcile.fluxcd.io/requestedAt"] = "now" })
  }

  @Test("the own annotation goes before Flux's, and a token is bounded")
  func tokens() {
    var object = object()
    #expect(object.reconcileToken == nil)
    object.metadata.annotations["reconcile.fluxcd.io/requestedAt"] = "flux"
    #expect(object.reconcileToken == "flux")
    object.metadata.annotations["whimbrel.dev/reconcile-at"] = String(repeating: "x", count: 5000)
    #expect(object.reconcileToken?.count == 1024)
    object.metadata.annotations["whimbrel.dev/repair"] = String(repeating: "x", count: 5000)
    #expect(Trigger(object).repairToken?.count == 1024)
    #expect(Trigger(object).cancelToken == nil)
  }
}
