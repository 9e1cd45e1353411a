internal import Kubernetes
internal import Logging
internal import Support

/// One shard as a replica sees it: a Lease that it observes, and campaigns for while it is to have the shard.
final class ShardLeader: Sendable {
  /// What is to become of the shard.
  enum Wish: Sendable, Equatable {
    /// It is to be led from here.
    case take
    /// It is led on if it is; otherwise it is left alone.
    case keep
    /// It is another replica's: given up after what is under way.
    case leave
  }

  private struct State: Sendable {
    var wish = Wish.leave
    var isStopping = false
    var campaign: ShardCampaign?
  }

  private enum Next {
    case end, wait, campaign(ShardCampaign)
  }

  /// Which shard, from 0 on.
  let index: Int
  /// The name of its Lease.
  let lease: String
  private let lock: LeaseLock
  private let logger: Logger
  private let state = Guarded(State())
  private let changed = Signal()
  private let watch = Guarded(TermWatch())

  init(index: Int, lease: String, lock: LeaseLock, logger: Logger) {
    self.index = index
    self.lease = lease
    self.lock = lock
    self.logger = logger
  }

  /// The term under way.
  var term: LeaderTerm? { state.withLock { $0.campaign }?.term }

  /// Whether a term hangs; nil if none does.
  func healthProblem(at now: Duration) -> String? {
    let campaign = state.withLock { $0.campaign }
    return watch.withLock { $0.look(hasTerm: campaign?.term != nil, isLeading: campaign?.isLeading == true, at: now) }
  }

  /// Takes in what the watch shows of the Lease.
  func observe(_ object: Lease?) { lock.observe(object) }

  /// Says what is to become of the shard.
  func wish(_ wish: Wish) {
    let campaign = state.withLock { state in
      state.wish = wish
      return state.campaign
    }
    switch wish {
    case .take: changed.send()
    case .keep: campaign?.stopUnlessLeading()
    case .leave: campaign?.stop()
    }
  }

  /// Gives the shard up for good.
  func stop() {
    let campaign = state.withLock { state in
      state.isStopping = true
      return state.campaign
    }
    campaign?.stop()
    changed.send()
  }

  /// Campaigns whenever the shard is wished for, until stopped or cancelled; `lead` is the work of a term.
  ///
  /// - Throws: as `LeaderElection.run`; being cancelled is no error.
  func run(_ lead: @escaping @Sendable (LeaseGrant, ShardCampaign) async -> Void) async throws(KubernetesError) {
    while !Task.isCancelled {
      switch next() {
      case .end: return
      case .wait: await changed.wait()
      case .campaign(let campaign):
        do throws(KubernetesError) {
          try await campaign.run { grant in
            // After a loss the Lease may come back when the shard is only to be kept: then it is nobody's.
            guard self.state.withLock({ $0.wish == .take }) else { return }
            await lead(grant, campaign)
          }
        } catch {
          guard error.code == .cancelled else { throw error }
        }
        state.withLock { $0.campaign = nil }
      }
    }
  }

  private func next() -> Next {
    state.withLock { state in
      if state.isStopping { return .end }
      guard state.wish == .take else { return .wait }
      let campaign = ShardCampaign(lock, logger: logger)
      state.campaign = campaign
      return .campaign(campaign)
    }
  }
}
