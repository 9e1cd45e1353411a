import Support
import Testing

@testable import Kubernetes

@Suite("Hearing of a lease by a watch")
struct LeaseObservationTests {
  private static func lease(_ holder: String?, version: String?, renewed: String = "r1") -> Lease {
    var lease = Lease(
      metadata: ObjectMetadata(name: "l", namespace: "n"),
      spec: Lease.Spec(holderIdentity: holder, leaseDurationSeconds: 15, renewTime: renewed, leaseTransitions: 4))
    lease.metadata.uid = "u"
    lease.metadata.resourceVersion = version
    return lease
  }

  /// What was heard while another candidate holds the lease at version 10, and what is known afterwards.
  @Test(
    "what is newer is learnt, what is older is not",
    arguments: [
      ("", "11", LeaseState.Decision.take), ("third", "11", .wait(holder: "third", .seconds(15))),
      ("", "9", .wait(holder: "other", .seconds(12))), ("", "10", .wait(holder: "other", .seconds(12))),
      // Not comparable: learnt, because nothing of ours is at stake.
      ("", "x", .take), ("", nil, .take),
    ] as [(String, String?, LeaseState.Decision)])
  func waiting(holder: String, version: String?, expected: LeaseState.Decision) {
    var state = LeaseState(identity: "me", timings: .standard)
    state.hear(Self.lease("other", version: "10"), at: .zero)
    state.hear(Self.lease(holder, version: version), at: .seconds(3))
    #expect(state.decision(at: .seconds(3)) == expected)
  }

  @Test(
    "a holder hears of its loss, but not from what is older than its own renewal or cannot be compared with it",
    arguments: [
      ("thief", "11", false), ("thief", "9", true), ("", "9", true), ("thief", "x", true), ("thief", nil, true),
      ("me", "11", true),
    ] as [(String, String?, Bool)])
  func holding(holder: String, version: String?, keeps: Bool) {
    var state = LeaseState(identity: "me", timings: .standard)
    state.stored(Self.lease("me", version: "10"), begun: .zero, at: .zero)
    state.hear(Self.lease(holder, version: version), at: .seconds(1))
    #expect((state.renewedAt != nil) == keeps)
    #expect((state.renewal(wallTime: Timestamp(microseconds: 0)) != nil) == keeps)
  }

  @Test("a deletion is learnt, except by the holder, whose next renewal will tell")
  func deletion() {
    var waiting = LeaseState(identity: "me", timings: .standard)
    waiting.hear(Self.lease("other", version: "10"), at: .zero)
    waiting.hear(nil, at: .zero)
    #expect(waiting.decision(at: .zero) == .create)
    var holding = LeaseState(identity: "me", timings: .standard)
    holding.stored(Self.lease("me", version: "10"), begun: .zero, at: .zero)
    holding.hear(nil, at: .zero)
    #expect(holding.renewedAt == .zero)
  }

  @Test("an answer that comes after word of another holder does not make the lease ours again")
  func lateAnswer() {
    var state = LeaseState(identity: "me", timings: .standard)
    state.stored(Self.lease("me", version: "10"), begun: .zero, at: .zero)
    state.hear(Self.lease("thief", version: "12"), at: .seconds(2))
    state.stored(Self.lease("me", version: "11", renewed: "r2"), begun: .seconds(2), at: .seconds(3))
    #expect(state.renewedAt == nil)
    #expect(state.observed?.spec.holderIdentity == "thief")
  }

  @Test("our own renewal, heard of before its answer, is no loss")
  func ownRenewal() {
    var state = LeaseState(identity: "me", timings: .standard)
    state.stored(Self.lease("me", version: "10"), begun: .zero, at: .zero)
    state.hear(Self.lease("me", version: "11", renewed: "r2"), at: .seconds(2))
    state.stored(Self.lease("me", version: "11", renewed: "r2"), begun: .seconds(2), at: .seconds(3))
    #expect(state.renewedAt == .seconds(2))
  }

  @Test("the renewal of a lease that someone else holds is refused, so that nothing is taken by mistake")
  func noTheft() {
    var state = LeaseState(identity: "me", timings: .standard)
    state.hear(Self.lease("other", version: "10"), at: .zero)
    #expect(state.renewal(wallTime: Timestamp(microseconds: 0)) == nil)
  }

  @Test("a sleep ends by its time, by a call, and by a call that came before it began")
  func wakeUp() async throws {
    let time = ManualTime()
    let wakeUp = WakeUp()
    let calls = wakeUp.calls
    let timed = Task { try await wakeUp.sleep(for: .seconds(5), since: calls, time.source) }
    #expect(try await eventually { time.sleeperCount == 1 })
    time.advance(by: .seconds(5))
    try await timed.value
    let called = Task { try await wakeUp.sleep(for: .seconds(5), since: calls, time.source) }
    #expect(try await eventually { time.sleeperCount == 1 })
    wakeUp.call()
    try await called.value
    try await wakeUp.sleep(for: .seconds(5), since: calls, time.source)
    #expect(time.now == .seconds(5))
    let now = wakeUp.calls
    let cancelled = Task { try await wakeUp.sleep(for: .seconds(5), since: now, time.source) }
    cancelled.cancel()
    await #expect(throws: KubernetesError.self) { try await cancelled.value }
  }
}
