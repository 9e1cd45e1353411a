@testable import Controller
import Kubernetes
import Testing

@Suite("LeaderTerm")
struct LeaderTermTests {
  private func object(_ change: (inout CitusMigration) -> Void) -> CitusMigration {
    var object = CitusMigration(metadata: Samples.metadata(), spec: Samples.spec())
    object.status = Samples.fullStatus()
    change(&object)
    return object
  }

  @Test("a resource is settled if its status says so about the resource as it is")
  func settled() {
    #expect(LeaderTerm.isSettled(object { _ in }))
    #expect(!LeaderTerm.isSettled(object { $0.status = nil }))
    #expect(!LeaderTerm.isSettled(object { $0.metadata.generation = 4 }))
    #expect(!LeaderTerm.isSettled(object { $0.status?.conditions?[0].status = "False" }))
    #expect(!LeaderTerm.isSettled(object { $0.status?.conditions = nil }))
    let suspended = object {
      $0.spec?.suspend = true
      $0.status?.conditions?[0].status = "False"
    }
    #expect(LeaderTerm.isSettled(suspended))
  }
}
