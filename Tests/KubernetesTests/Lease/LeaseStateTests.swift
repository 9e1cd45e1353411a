import Support
import Testing

@testable import Kubernetes

@Suite("Judging a lease")
struct LeaseStateTests {
  private func lease(_ holder: String?, renewed: String = "r1", seconds: Int32? = 15, uid: String = "u") -> Lease {
    var lease = Lease(
      metadata: ObjectMetadata(name: "l", namespace: "n"),
      spec: Lease.Spec(holderIdentity: holder, leaseDurationSeconds: seconds, renewTime: renewed, leaseTransitions: 4))
    lease.metadata.uid = uid
    return lease
  }

  private func state() -> LeaseState { LeaseState(identity: "me", timings: .standard) }
  private let moment = Timestamp(microseconds: 1_767_323_045_000_006)

  @Test("a lease that is not there is created")
  func create() {
    var state = state()
    state.observe(nil, at: .zero)
    #expect(state.decision(at: .zero) == .create)
    let lease = state.creation(name: "l", namespace: "n", labels: ["a": "b"], wallTime: moment)
    #expect(lease.spec.renewTime == "2026-01-02T03:04:05.000006Z")
    #expect(lease.spec.acquireTime == lease.spec.renewTime)
    #expect(lease.spec.leaseDurationSeconds == 15)
    #expect(lease.spec.leaseTransitions == 0)
  }

  @Test("a lease without a holder is taken at once", arguments: [nil, ""] as [String?])
  func free(holder: String?) {
    var state = state()
    state.observe(lease(holder), at: .zero)
    #expect(state.decision(at: .zero) == .take)
  }

  @Test("a holder's time counts from when its renewal was seen here, whatever the object says")
  func expiry() {
    var state = state()
    state.observe(lease("other", renewed: "1999-01-01T00:00:00.000000Z"), at: .seconds(100))
    #expect(state.decision(at: .seconds(100)) == .wait(holder: "other", .seconds(15)))
    #expect(state.decision(at: .seconds(114)) == .wait(holder: "other", .seconds(1)))
    #expect(state.decision(at: .seconds(115)) == .take)
    state.observe(lease("other", renewed: "2999-01-01T00:00:00.000000Z"), at: .seconds(116))
    #expect(state.decision(at: .seconds(130)) == .wait(holder: "other", .seconds(1)))
    #expect(state.decision(at: .seconds(131)) == .take)
  }

  @Test("seeing the same renewal again does not prolong it")
  func sameRenewal() {
    var state = state()
    for second in 0..<15 { state.observe(lease("other"), at: .seconds(second)) }
    #expect(state.decision(at: .seconds(15)) == .take)
  }

  @Test("another version without another content does not prolong it")
  func sameContent() {
    var state = state()
    var touched = lease("other")
    state.observe(touched, at: .zero)
    touched.metadata.resourceVersion = "99"
    touched.metadata.annotations = ["someone": "else"]
    state.observe(touched, at: .seconds(10))
    #expect(state.decision(at: .seconds(15)) == .take)
    #expect(state.observed?.metadata.resourceVersion == "99")
  }

  @Test("a lease made anew counts as seen anew")
  func recreated() {
    var state = state()
    state.observe(lease("other"), at: .zero)
    state.observe(lease("other", uid: "u2"), at: .seconds(10))
    #expect(state.decision(at: .seconds(15)) == .wait(holder: "other", .seconds(10)))
  }

  @Test(
    "the duration on the object is that of its holder",
    arguments: [(60, 60), (nil, 15), (0, 1), (-5, 1)] as [(Int32?, Int)])
  func holdersDuration(seconds: Int32?, expected: Int) {
    var state = state()
    state.observe(lease("other", seconds: seconds), at: .zero)
    #expect(state.decision(at: .zero) == .wait(holder: "other", .seconds(expected)))
  }

  @Test("taking counts a transition and moves the acquire time, renewing does neither")
  func writing() {
    let state = state()
    let taken = state.claim(lease("other"), wallTime: moment)
    #expect(taken.spec.holderIdentity == "me")
    #expect(taken.spec.leaseTransitions == 5)
    #expect(taken.spec.acquireTime == "2026-01-02T03:04:05.000006Z")
    let renewed = state.claim(taken, wallTime: moment.advanced(by: .seconds(1)))
    #expect(renewed.spec.leaseTransitions == 5)
    #expect(renewed.spec.acquireTime == "2026-01-02T03:04:05.000006Z")
    #expect(renewed.spec.renewTime == "2026-01-02T03:04:06.000006Z")
  }

  @Test("a fence that others have raised raises the count when the holder changes, never when it renews")
  func leastTransitions() {
    let state = state()
    let taken = state.claim(lease("other"), leastTransitions: 70, wallTime: moment)
    #expect(taken.spec.leaseTransitions == 70)
    #expect(state.claim(taken, leastTransitions: 90, wallTime: moment).spec.leaseTransitions == 70)
    #expect(state.claim(lease("other"), leastTransitions: 2, wallTime: moment).spec.leaseTransitions == 5)
  }

  @Test("the deadline counts from the beginning of the last request that succeeded")
  func deadline() {
    var state = state()
    #expect(state.timeToDeadline(at: .zero) == .zero)
    state.stored(lease("me"), begun: .seconds(10), at: .seconds(13))
    #expect(state.decision(at: .seconds(13)) == .renew)
    #expect(state.timeToDeadline(at: .seconds(13)) == .seconds(7))
    #expect(state.timeToDeadline(at: .seconds(20)) == .zero)
  }

  @Test("the holder that sees another holder has lost the lease")
  func overtaken() {
    var state = state()
    state.stored(lease("me"), begun: .zero, at: .zero)
    state.observe(lease("other"), at: .seconds(1))
    #expect(state.renewedAt == nil)
    #expect(state.timeToDeadline(at: .seconds(1)) == .zero)
    #expect(state.release(wallTime: moment) == nil)
  }

  @Test("a release leaves no holder and a duration of one second")
  func release() throws {
    var state = state()
    state.stored(lease("me"), begun: .zero, at: .zero)
    let free = try #require(state.release(wallTime: moment))
    #expect(free.spec.holderIdentity == "")
    #expect(free.spec.leaseDurationSeconds == 1)
    state.stored(free, begun: .zero, at: .zero)
    #expect(state.renewedAt == nil)
    #expect(state.decision(at: .zero) == .take)
  }

  @Test(
    "times that do not fit together are refused",
    arguments: [(10, 10, 2), (15, 2, 2), (15, 10, 0), (15, 10, 9)] as [(Int, Int, Int)])
  func timings(duration: Int, deadline: Int, period: Int) {
    #expect(throws: KubernetesError.self) {
      try LeaseTimings(
        duration: .seconds(duration), renewDeadline: .seconds(deadline), retryPeriod: .seconds(period))
    }
  }

  @Test("candidates pause between one and 2.2 periods", arguments: [(0.0, 2000), (0.5, 3200), (1.0, 4400)])
  func pause(random: Double, milliseconds: Int) {
    let pause = LeaseTimings.standard.acquirePause(random: random)
    #expect(abs(pause / .milliseconds(1) - Double(milliseconds)) < 0.001)
  }
}
