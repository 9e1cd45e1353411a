internal import Kubernetes
internal import Logging
internal import Support

/// One candidacy for a shard, until it is given up: waiting for its Lease, leading, and, after a loss, waiting again.
final class ShardCampaign: Sendable {
  private let election: LeaderElection
  private let leadership = Guarded(LeadershipState<LeaderTerm>())

  init(_ lock: LeaseLock, logger: Logger) {
    election = LeaderElection(lock, logger: logger)
  }

  /// Whether the shard's Lease is held, by the local clock.
  var isLeading: Bool { election.isLeading }
  /// The term under way.
  var term: LeaderTerm? { leadership.withLock { $0.term } }
  /// Whether nothing new is to begin.
  var isStopping: Bool { leadership.withLock { $0.isStopping } }

  /// Campaigns until stopped or cancelled.
  ///
  /// - Throws: as `LeaderElection.run`.
  func run(_ lead: @escaping @Sendable (LeaseGrant) async -> Void) async throws(KubernetesError) {
    try await election.run(lead)
  }

  /// Begins a term; false if there is to be none any more.
  func begin(_ term: LeaderTerm) -> Bool { leadership.withLock { $0.begin(term) } }

  /// The term has ended.
  func end() { leadership.withLock { $0.end() } }

  /// Gives the shard up: a term ends after the migrations that are under way, and the Lease is released then.
  func stop() {
    let term = leadership.withLock { $0.stop() }
    term?.stop()
    election.stop()
  }

  /// Ends the waiting for the Lease; a term goes on.
  func stopUnlessLeading() {
    if leadership.withLock({ $0.stopUnlessLeading() }) { election.stop() }
  }
}
