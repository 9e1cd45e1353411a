import Support
import Testing

@testable import Kubernetes

@Suite("Leader election", .timeLimit(.minutes(5)))
struct LeaderElectionTests {
  private func election(_ lock: LeaseLock) -> LeaderElection { LeaderElection(lock, logger: .quiet) }

  /// Runs an election, and hands out what `run` throws.
  private func run(
    _ election: LeaderElection, _ term: @escaping @Sendable (LeaseGrant) async -> Void
  ) -> Task<KubernetesError?, Never> {
    Task { await failure { () throws(KubernetesError) in try await election.run(term) } }
  }

  @Test("a term that returns by itself ends the run, and the lease is free afterwards")
  func gracefulStop() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let election = election(server.lock("a", time.source))
    let (started, finish) = (Latch(), Latch())
    #expect(!election.isLeading)
    let running = run(election) { _ in
      started.open()
      await finish.wait()
    }
    await started.wait()
    #expect(election.isLeading)
    #expect(election.timeSinceRenewal == .zero)
    finish.open()
    #expect(await running.value == nil)
    #expect(server.holder == "")
    #expect(!election.isLeading)
    await server.close()
  }

  @Test("a lost lease cancels the term, waits for its end, and begins another campaign")
  func lossAndReturn() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let election = election(lock)
    let terms = Guarded<[Int32]>([])
    let ended = Guarded(0)
    let finish = Latch()
    let running = run(election) { grant in
      terms.withLock { $0.append(grant.transitions) }
      await finish.wait()
      ended.withLock { $0 += 1 }
    }
    #expect(try await eventually { terms.withLock { $0.count } == 1 && time.sleeperCount == 1 })
    server.overwrite {
      $0.spec.holderIdentity = "thief"
      $0.spec.leaseTransitions = 1
    }
    lock.observe(server.state.withLock { $0.lease })
    #expect(!election.isLeading)
    #expect(try await eventually { ended.withLock { $0 } == 1 })
    try await time.advance(in: .seconds(1)) { terms.withLock { $0.count } == 2 }
    #expect(terms.withLock { $0 } == [0, 2])
    #expect(time.now >= .seconds(15))
    #expect(server.holder == "a")
    finish.open()
    #expect(await running.value == nil)
    await server.close()
  }

  @Test("who is cut off from the server is no leader any more before another one can be")
  func cutOff() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let lock = server.lock("a", time.source)
    let election = election(lock)
    let (started, ended) = (Latch(), Guarded<Duration?>(nil))
    let running = run(election) { _ in
      started.open()
      while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
      ended.withLock { $0 = $0 ?? time.now }
    }
    await started.wait()
    server.state.withLock { $0.isFailing = true }
    try await time.advance(in: .milliseconds(500)) { ended.withLock { $0 } != nil }
    // The renew deadline, at which the term is cancelled, and the duration, from which on others may lead.
    #expect(ended.withLock { $0 ?? .zero } <= .milliseconds(10_500))
    if time.now < .milliseconds(14_500) { #expect(election.isLeading) }
    try await time.advance(in: .milliseconds(500)) { time.now >= .seconds(15) }
    #expect(!election.isLeading)
    running.cancel()
    #expect(await running.value?.code == .cancelled)
    await server.close()
  }

  @Test("cancelling the run cancels the term, waits for its end, and releases the lease")
  func cancellation() async throws {
    let server = try LeaseServer()
    let election = election(server.lock("a", ManualTime().source))
    let started = Latch()
    let holderAtEnd = Guarded<String?>(nil)
    let running = run(election) { _ in
      started.open()
      while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(1)) }
      holderAtEnd.withLock { $0 = server.holder }
    }
    await started.wait()
    running.cancel()
    #expect(await running.value?.code == .cancelled)
    #expect(holderAtEnd.withLock { $0 } == "a")
    #expect(server.holder == "")
    await server.close()
  }

  @Test("stopping ends a campaign at once, and leaves a term alone until it returns")
  func stop() async throws {
    let server = try LeaseServer()
    let time = ManualTime()
    let leader = election(server.lock("a", time.source))
    let (started, finish) = (Latch(), Latch())
    let leading = run(leader) { _ in
      started.open()
      await finish.wait()
    }
    await started.wait()
    let follower = election(server.lock("b", time.source))
    let following = run(follower) { _ in Issue.record("must not lead") }
    #expect(try await eventually { time.sleeperCount == 2 })
    follower.stop()
    #expect(await following.value == nil)
    leader.stop()
    #expect(leader.isLeading)
    finish.open()
    #expect(await leading.value == nil)
    #expect(time.now == .zero)
    await server.close()
  }

  @Test("a server that refuses is asked again for a lease duration; then the run ends with its words")
  func refused() async throws {
    let time = InstantTime()
    let api = try ScriptedAPI(time: time.source) { _, exchange in
      exchange.status(403, "Forbidden", "no leases for you")
    }
    let lock = LeaseLock(LeaseSettings(name: "l", namespace: "n", identity: "x"), client: api.client, logger: .quiet)
    let error = await run(election(lock)) { _ in Issue.record("must not lead") }.value
    #expect(error?.code == .forbidden)
    #expect(error?.message.contains("no leases for you") == true)
    #expect(time.sleeps.reduce(.zero, +) == .seconds(16))
    await api.close()
  }

  @Test("refusals far apart do not add up")
  func refusalStreak() {
    var streak = RefusalStreak(.standard)
    let moments = [0, 5, 10, 14, 60, 65, 70, 74, 75]
    #expect(moments.map { streak.isOver(afterRefusalAt: .seconds($0)) } == Array(repeating: false, count: 8) + [true])
  }
}
