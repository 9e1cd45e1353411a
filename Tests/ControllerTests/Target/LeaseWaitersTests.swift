@testable import Controller
import Kubernetes
import Testing

@Suite("LeaseWaiters")
struct LeaseWaitersTests {
  private let one = ObjectKey(namespace: "dev", name: "one")
  private let two = ObjectKey(namespace: "dev", name: "two")

  private func lease(_ holder: String?) -> Lease {
    Lease(metadata: ObjectMetadata(name: "a"), spec: .init(holderIdentity: holder))
  }

  @Test("who waits for a Lease is named once when it is given back, or gone", arguments: [.some(""), nil, "gone"])
  func released(holder: String?) {
    var waiters = LeaseWaiters()
    waiters.insert(one, lease: "a")
    waiters.insert(one, lease: "a")
    waiters.insert(two, lease: "b")
    #expect(waiters.observed("a", lease("somebody")).isEmpty)
    let seen = holder == "gone" ? nil : lease(holder)
    #expect(waiters.observed("a", seen) == [one])
    #expect(waiters.observed("a", seen).isEmpty)
    #expect(waiters.observed("b", seen) == [two])
  }

  @Test("nobody of a shard waits any more when its term has ended; those of others do")
  func ended() {
    var waiters = LeaseWaiters()
    waiters.insert(one, lease: "a")
    waiters.insert(two, lease: "a")
    waiters.remove { $0 == one }
    #expect(waiters.observed("a", nil) == [two])
  }
}
