import Support
import Testing

@testable import Kubernetes

@Suite("Holding a lease", .timeLimit(.minutes(5)))
struct LeaseLockTests {
  private enum Interrupted: Error { case now }

  /// Work that runs until it is cancelled.
  @Sendable private static func untilCancelled(_ grant: LeaseGrant) async throws {
    try await Task.sleep(for: .seconds(50))
  }

  @Test("the lease is made, renewed while the work runs, and released when it has ended")
  func lifeCycle() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let finish = Latch()
    let work = Task {
      try await lock.withLease { grant in
        #expect(grant == LeaseGrant(unreleasedBy: nil, transitions: 0, leaseUID: "uid"))
        await finish.wait()
        return 7
      }
    }
    try await time.advance(in: .seconds(2)) { server.writes.count >= 4 }
    #expect(lock.timeSinceRenewal != nil)
    #expect(server.holder == "a")
    finish.open()
    #expect(try await work.value == 7)
    #expect(server.holder == "")
    #expect(server.writes.dropLast().allSatisfy { $0 == "a" })
    #expect(lock.timeSinceRenewal == nil)
    #expect(server.state.withLock { $0.lease?.spec.leaseDurationSeconds } == 1)
    await server.close()
  }

  @Test("work that fails releases the lease too, and its error comes through")
  func failingWork() async throws {
    let server = try LeaseServer()
    let lock = server.lock("a", ManualTime().source)
    await #expect(throws: Interrupted.self) { try await lock.withLease { _ in throw Interrupted.now } }
    #expect(server.holder == "")
    await server.close()
  }

  @Test("a candidate waits for a holder that renews, and takes over once that one has been silent for its duration")
  func takeOver() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let crashed = server.lock("crashed", time.source)
    let acquired = try await crashed.attempt(timeout: .seconds(5))
    #expect(acquired == .acquired(LeaseGrant(unreleasedBy: nil, transitions: 0, leaseUID: "uid")))
    let candidate = server.lock("b", time.source)
    let start = time.now
    let work = Task { try await candidate.withLease { grant in (grant, time.now) } }
    try await time.advance(in: .seconds(1)) { server.holder != "crashed" }
    let (grant, takenAt) = try await work.value
    #expect(grant == LeaseGrant(unreleasedBy: "crashed", transitions: 1, leaseUID: "uid"))
    #expect(takenAt - start >= .seconds(15))
    #expect(takenAt - start <= .seconds(20))
    await server.close()
  }

  @Test("a lease that was released is taken at once, and nobody is said to have left it behind")
  func afterRelease() async throws {
    let server = try LeaseServer()
    let time = ManualTime().source
    try await server.lock("a", time).withLease { _ in }
    let grant = try await server.lock("b", time).withLease { $0 }
    #expect(grant == LeaseGrant(unreleasedBy: nil, transitions: 1, leaseUID: "uid"))
    await server.close()
  }

  @Test("work that only wants a free lease is told who holds it")
  func ifFree() async throws {
    let server = try LeaseServer()
    let time = ManualTime().source
    _ = try await server.lock("a", time).attempt(timeout: .seconds(5))
    let other = server.lock("b", time)
    let outcome = try await other.withLeaseIfFree { _ in Issue.record("must not run") }
    guard case .held(by: "a", expiresIn: .seconds(15)) = outcome else {
      Issue.record("expected to be told about a")
      return
    }
    await server.close()
  }

  @Test("when renewing fails until the deadline, the work is cancelled and the lease counts as lost")
  func lostByFailure() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let started = Latch()
    let work = Task { () -> (KubernetesError?, Duration) in
      do {
        try await lock.withLease { grant in
          started.open()
          try await Self.untilCancelled(grant)
        }
        return (nil, time.now)
      } catch {
        return (error as? KubernetesError, time.now)
      }
    }
    await started.wait()
    server.state.withLock { $0.isFailing = true }
    let done = Task { await work.value }
    for _ in 0..<2000 where time.now < .seconds(10) {
      if time.sleeperCount > 0 { time.advance(by: .milliseconds(500)) }
      try await Task.sleep(for: .milliseconds(1))
    }
    let (error, lostAt) = await done.value
    #expect(error?.code == .leaseLost)
    #expect(error?.isTransient == true)
    #expect(lostAt == .seconds(10))
    await server.close()
  }

  @Test("failures that end before the deadline do no harm")
  func shortOutage() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let finish = Latch()
    let work = Task { try await lock.withLease { _ in await finish.wait() } }
    try await time.advance(in: .seconds(1)) { server.writes.count == 2 }
    server.state.withLock { $0.isFailing = true }
    let outage = time.now
    try await time.advance(in: .seconds(1)) { time.now >= outage + .seconds(6) }
    server.state.withLock { $0.isFailing = false }
    try await time.advance(in: .seconds(1)) { server.writes.count == 4 }
    finish.open()
    try await work.value
    await server.close()
  }

  @Test("when someone else has taken the lease, the work is cancelled and nothing is released")
  func overtaken() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let started = Latch()
    let work = Task {
      try await lock.withLease { grant in
        started.open()
        try await Self.untilCancelled(grant)
      }
    }
    await started.wait()
    server.overwrite { $0.spec.holderIdentity = "thief" }
    let result = Task { await work.result }
    let ended = Latch()
    Task {
      _ = await work.result
      ended.open()
    }
    try await time.advance(in: .seconds(1)) { ended.isOpen }
    guard case .failure(let error as KubernetesError) = await result.value else {
      Issue.record("expected an error")
      return
    }
    #expect(error.code == .leaseLost)
    #expect(error.message.contains("thief holds it now"))
    #expect(server.holder == "thief")
    await server.close()
  }

  @Test("a change to the lease's labels by someone else does not lose it")
  func touched() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let finish = Latch()
    let work = Task { try await lock.withLease { _ in await finish.wait() } }
    try await time.advance(in: .seconds(1)) { server.writes.count == 2 }
    server.overwrite { $0.metadata.labels["touched"] = "yes" }
    try await time.advance(in: .seconds(1)) { server.writes.count == 4 }
    finish.open()
    try await work.value
    #expect(server.state.withLock { $0.lease?.metadata.labels } == ["touched": "yes"])
    await server.close()
  }

  @Test("after cancellation the lease is renewed until the work has wound down, and only then released")
  func cancellation() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let started = Latch()
    let woundDown = Guarded(false)
    let work = Task {
      try await lock.withLease { _ in
        started.open()
        try? await Task.sleep(for: .seconds(50))
        // Winding down must not be cut short by the cancellation itself.
        let before = server.writes.count
        _ = try? await Task { try await time.advance(in: .seconds(1)) { server.writes.count >= before + 3 } }.value
        #expect(server.holder == "a")
        woundDown.withLock { $0 = true }
        throw CancellationError()
      }
    }
    await started.wait()
    work.cancel()
    await #expect(throws: CancellationError.self) { try await work.value }
    #expect(woundDown.withLock { $0 })
    #expect(server.holder == "")
    await server.close()
  }

  @Test("a release that meets a newer version is repeated with that one")
  func releaseConflict() async throws {
    let server = try LeaseServer()
    let lock = server.lock("a", ManualTime().source)
    try await lock.withLease { _ in server.state.withLock { $0.conflicts = 1 } }
    #expect(server.holder == "")
    await server.close()
  }

  @Test("waiting ends when the task is cancelled, and when the server refuses for good")
  func waiting() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    _ = try await server.lock("a", time.source).attempt(timeout: .seconds(5))
    let lock = server.lock("b", time.source)
    let work = Task { try await lock.withLease { _ in } }
    #expect(try await eventually { time.sleeperCount == 1 })
    work.cancel()
    let error = await #expect(throws: KubernetesError.self) { try await work.value }
    #expect(error?.code == .cancelled)
    await server.close()

    let api = try ScriptedAPI { _, exchange in exchange.status(403, "Forbidden", "no leases for you") }
    let refused = LeaseLock(
      LeaseSettings(name: "l", namespace: "n", identity: "x"), client: api.client, logger: .quiet)
    let refusal = await #expect(throws: KubernetesError.self) { try await refused.withLease { _ in } }
    #expect(refusal?.code == .forbidden)
    await api.close()
  }

  @Test("one lock serves one task at a time")
  func exclusive() async throws {
    let server = try LeaseServer()
    let lock = server.lock("a", ManualTime().source)
    try await lock.withLease { _ in
      let error = await #expect(throws: KubernetesError.self) { try await lock.withLease { _ in } }
      #expect(error?.code == .conflict)
    }
    try await lock.withLease { _ in }
    await server.close()
  }

  @Test("of many candidates one holds the lease at any time")
  func competition() async throws {
    let server = try LeaseServer()
    let inside = Guarded(0)
    try await withThrowingTaskGroup { group in
      for index in 0..<8 {
        let lock = server.lock("candidate-\(index)", InstantTime().source)
        group.addTask {
          for _ in 0..<3 {
            try await lock.withLeasePatiently { _ in
              let now = inside.withLock { inside in
                inside += 1
                return inside
              }
              #expect(now == 1)
              await Task.yield()
              inside.withLock { $0 -= 1 }
            }
          }
        }
      }
      try await group.waitForAll()
    }
    await server.close()
  }
}

extension LeaseLock {
  /// Asks again and again for a free lease; the times of the lease play no part.
  fileprivate func withLeasePatiently(_ body: @escaping @Sendable (LeaseGrant) async throws -> Void) async throws {
    while true {
      if case .completed = try await withLeaseIfFree(body) { return }
      try await Task.sleep(for: .milliseconds(1))
    }
  }
}
