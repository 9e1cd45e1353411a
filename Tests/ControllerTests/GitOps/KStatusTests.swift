@testable import Controller
import Testing

@Suite("kstatus, by which Flux and others judge")
struct KStatusTests {
  @Test("every outcome of a look is what it should be: in progress, failed or current, and never two of them")
  func outcomes() {
    var count = 0
    Outcomes.forEach { verdict, generation, status in
      count += 1
      let found = KStatus(deleting: false, generation: generation, status)
      let expected: KStatus =
        switch verdict {
        case .applied, .upToDate: .current
        case .applying, .waiting, .repaired: .inProgress
        case .stalled: .failed
        // What was ready stays so; what was not, is not.
        case .suspended: status.condition(.ready)?.status == "True" ? .current : .inProgress
        }
      #expect(found == expected, "\(verdict) \(status)")
      let both = (status.conditions ?? []).filter {
        ["Reconciling", "Stalled"].contains($0.type) && $0.status == "True"
      }
      #expect(both.count <= 1, "\(verdict)")
      #expect(
        status.conditions?.allSatisfy { $0.status != "False" || !["Reconciling", "Stalled"].contains($0.type) } == true)
      #expect(KStatus(deleting: true, generation: generation, status) == .terminating)
    }
    #expect(count > 900)
  }

  @Test("a fresh object, by the default of the schema, and one whose spec has changed since, are in progress")
  func lag() throws {
    var fresh = CitusMigrationStatus()
    fresh.observedGeneration = -1
    #expect(KStatus(deleting: false, generation: 1, fresh) == .inProgress)
    #expect(try Schema.part("status").child("default")?.integer("observedGeneration") == -1)
    let applied = StatusReport(generation: 1, handledReconcileAt: nil, previous: nil, now: Samples.now)
      .status(.applied, Observation())
    #expect(KStatus(deleting: false, generation: 2, applied) == .inProgress)
  }
}
