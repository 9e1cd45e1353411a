internal import Kubernetes
internal import Logging
internal import Support

/// The elections of all shards: which of them this replica campaigns for, as `ShardMembership` decides.
///
/// With more than one shard the replica holds a member Lease, by which the others know that it is alive.
final class ShardElections: Sendable {
  /// A campaign for a member Lease, and what ends holding it.
  private struct Candidacy: Sendable {
    let slot: Int
    let election: LeaderElection
    let ended = Signal()

    func end() {
      election.stop()
      ended.send()
    }
  }

  private struct State: Sendable {
    var membership: ShardMembership
    var memberLocks: [Int: LeaseLock] = [:]
    var candidacy: Candidacy?
    var isStopping = false
    var waitingFor: String?
  }

  /// How the resources are divided.
  let layout: ShardLayout
  private let leaders: [ShardLeader]
  private let memberLock: @Sendable (String) -> LeaseLock
  private let logger: Logger
  private let time = TimeSource.system
  private let state: Guarded<State>
  private let changed = Signal()

  /// Elections that do nothing yet.
  ///
  /// - Parameters:
  ///   - lock: makes the lock of a shard, by the name of its Lease.
  ///   - memberLock: makes the lock of a member.
  init(
    layout: ShardLayout, identity: String, timings: LeaseTimings, logger: Logger,
    lock: (_ shard: Int, _ lease: String) -> LeaseLock, memberLock: @escaping @Sendable (String) -> LeaseLock
  ) {
    self.layout = layout
    self.memberLock = memberLock
    self.logger = logger
    leaders = (0..<layout.count).map { index in
      let lease = layout.leaseName(ofShard: index)
      return ShardLeader(index: index, lease: lease, lock: lock(index, lease), logger: logger)
    }
    state = Guarded(State(membership: ShardMembership(layout: layout, identity: identity, timings: timings)))
  }

  /// The term that a resource belongs to, if it is led from here.
  func term(of key: ObjectKey) -> LeaderTerm? { term(ofShard: layout.shard(of: key)) }

  /// The term of a shard, if it is led from here.
  func term(ofShard index: Int) -> LeaderTerm? { leaders[index].term }

  /// Whether a term hangs; nil if none does.
  func healthProblem() -> String? {
    let now = time.now()
    return leaders.compactMap { $0.healthProblem(at: now) }.first
  }

  /// Takes in what the watch shows of a Lease by its name; false if it is of no shard and no member.
  func observe(_ name: String, _ lease: Lease?) -> Bool {
    guard let role = layout.role(ofLease: name) else { return false }
    switch role {
    case .shard(let index, layout.count): leaders[index].observe(lease)
    case .member(let slot, layout.count): lock(ofMember: slot).observe(lease)
    case .shard, .member: break
    }
    if state.withLock({ $0.membership.observe(role, lease, at: time.now()) }) { changed.send() }
    return true
  }

  /// Gives everything up: the member Lease at once, so that others may take over each shard as it comes free.
  func stop() {
    let candidacy = state.withLock { state in
      state.isStopping = true
      return state.candidacy
    }
    candidacy?.end()
    for leader in leaders { leader.stop() }
  }

  /// Takes part until stopped or cancelled; `lead` is the work of a term.
  ///
  /// - Throws: as `LeaderElection.run`; being cancelled is no error.
  func run(
    _ lead: @escaping @Sendable (ShardLeader, LeaseGrant, ShardCampaign) async -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for leader in leaders {
        group.addTask {
          try await leader.run { grant, campaign in await lead(leader, grant, campaign) }
          return true
        }
      }
      if layout.count > 1 {
        group.addTask {
          try await self.announce()
          return true
        }
      }
      // Deciding never ends by itself.
      group.addTask {
        await self.decide()
        return false
      }
      var left = leaders.count + (layout.count > 1 ? 1 : 0)
      while left > 0, let isEnd = try await group.next() { left -= isEnd ? 1 : 0 }
      group.cancelAll()
    }
  }

  // MARK: Members

  private func announce() async throws(KubernetesError) {
    while !Task.isCancelled {
      let candidacy: Candidacy? = state.withLock { state in
        guard !state.isStopping else { return nil }
        let slot = state.membership.freeSlot(at: time.now())
        let candidacy = Candidacy(slot: slot, election: LeaderElection(lock(ofMember: slot, &state), logger: logger))
        state.candidacy = candidacy
        return candidacy
      }
      guard let candidacy else { return }
      do throws(KubernetesError) {
        try await candidacy.election.run { _ in await candidacy.ended.wait() }
      } catch {
        guard error.code == .cancelled else { throw error }
      }
    }
  }

  private func lock(ofMember slot: Int) -> LeaseLock { state.withLock { lock(ofMember: slot, &$0) } }

  private func lock(ofMember slot: Int, _ state: inout State) -> LeaseLock {
    if let lock = state.memberLocks[slot] { return lock }
    let lock = memberLock(layout.leaseName(ofMember: slot))
    state.memberLocks[slot] = lock
    return lock
  }

  // MARK: Deciding

  private func decide() async {
    while !Task.isCancelled {
      let (decision, lost) = state.withLock { state in
        let now = time.now()
        let isLost = state.candidacy.map { state.membership.isTaken(slot: $0.slot, at: now) } ?? false
        return (state.membership.decision(at: now), isLost ? state.candidacy : nil)
      }
      lost?.end()
      tell(decision)
      for leader in leaders {
        let isPreferred = decision.preferred.contains(leader.index)
        leader.wish(isPreferred ? decision.mayTake ? .take : .keep : .leave)
      }
      await wait(decision.lookAgain)
    }
  }

  private func tell(_ decision: ShardMembership.Decision) {
    let isNews = state.withLock { state in
      defer { state.waitingFor = decision.waitingFor }
      return state.waitingFor != decision.waitingFor
    }
    guard isNews, let other = decision.waitingFor else { return }
    logger.info(
      "another replica divides the resources into another number of shards: nothing is taken until it is gone",
      metadata: ["lease.holder": "\(other)", "shards": "\(layout.count)"])
  }

  private func wait(_ duration: Duration?) async {
    guard let duration else { return await changed.wait() }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.changed.wait() }
      // Cancelled when a signal came first: then there is nothing to wait for.
      group.addTask { [time] in do { try await time.sleep(for: duration) } catch {} }
      await group.next()
      group.cancelAll()
    }
  }
}
