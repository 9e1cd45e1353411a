import Support
import Testing

@testable import Kubernetes

@Suite("Taking over a lease", .timeLimit(.minutes(5)))
struct LeaseTakeOverTests {
  /// A candidate that waits behind a holder that has fallen silent.
  private func waiting(
    _ server: LeaseServer, _ time: ManualTime, _ lock: LeaseLock
  ) async throws -> Task<(LeaseGrant, Duration), any Error> {
    let work = Task { try await lock.withLease { grant in (grant, time.now) } }
    #expect(try await eventually { time.sleeperCount == 1 })
    return work
  }

  @Test("a silent holder's lease is taken at the very moment in which its time is over")
  func exactExpiry() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    _ = try await server.lock("crashed", time.source).attempt(timeout: .seconds(5))
    let work = try await waiting(server, time, server.lock("b", time.source))
    try await time.advance(in: .milliseconds(100)) { server.holder != "crashed" }
    let (grant, takenAt) = try await work.value
    #expect(grant == LeaseGrant(unreleasedBy: "crashed", transitions: 1, leaseUID: "uid"))
    #expect(takenAt == .seconds(15))
    await server.close()
  }

  @Test("a lock that has heard of a holder's last renewal waits from then on, not from when it is asked")
  func observedBefore() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    _ = try await server.lock("crashed", time.source).attempt(timeout: .seconds(5))
    let lock = server.lock("b", time.source)
    lock.observe(server.state.withLock { $0.lease })
    time.advance(by: .seconds(14))
    guard case .held(by: "crashed", let expiresIn) = try await lock.withLeaseIfFree({ _ in }) else {
      Issue.record("expected that the lease is held")
      return
    }
    #expect(expiresIn == .seconds(1))
    time.advance(by: .seconds(1))
    let grant = try await lock.withLease { $0 }
    #expect(grant.unreleasedBy == "crashed")
    #expect(time.now == .seconds(15))
    await server.close()
  }

  @Test("an observed release wakes who waits at once")
  func observedRelease() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let holder = server.lock("a", time.source)
    _ = try await holder.attempt(timeout: .seconds(5))
    let lock = server.lock("b", time.source)
    let work = try await waiting(server, time, lock)
    await holder.release()
    lock.observe(server.state.withLock { $0.lease })
    let (grant, takenAt) = try await work.value
    #expect(grant == LeaseGrant(unreleasedBy: nil, transitions: 1, leaseUID: "uid"))
    #expect(takenAt == .zero)
    await server.close()
  }

  @Test("a renewal that is observed, and a Lease of another name, wake nobody")
  func observedRenewal() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let holder = server.lock("a", time.source)
    _ = try await holder.attempt(timeout: .seconds(5))
    let lock = server.lock("b", time.source)
    let work = try await waiting(server, time, lock)
    let calls = lock.wakeUp.calls
    server.overwrite { $0.spec.renewTime = "2026-01-02T03:04:05.000006Z" }
    lock.observe(server.state.withLock { $0.lease })
    lock.observe(Lease(metadata: ObjectMetadata(name: "another", namespace: "n")))
    #expect(lock.wakeUp.calls == calls)
    #expect(lock.lastKnownHolder == "a")
    work.cancel()
    _ = await work.result
    await server.close()
  }

  @Test("a holder that hears of another one ends its work at once, and takes nothing back")
  func observedLoss() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let started = Latch()
    let work = Task {
      try await lock.withLease { _ in
        started.open()
        try await Task.sleep(for: .seconds(50))
      }
    }
    await started.wait()
    #expect(try await eventually { time.sleeperCount == 1 })
    server.overwrite { $0.spec.holderIdentity = "thief" }
    lock.observe(server.state.withLock { $0.lease })
    let error = await #expect(throws: KubernetesError.self) { try await work.value }
    #expect(error?.code == .leaseLost)
    #expect(time.now == .zero)
    #expect(server.holder == "thief")
    await server.close()
  }

  @Test("a Lease that is made anew begins to count where it is told to")
  func firstTransition() async throws {
    let server = try LeaseServer()
    let lock = server.lock("a", ManualTime().source, firstTransition: { 41 })
    #expect(try await lock.withLease { $0.transitions } == 41)
    await server.close()
  }
}
