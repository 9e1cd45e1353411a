internal import MigrationEngine
internal import Postgres
internal import Support

/// What was seen of clusters that were ready, for a few seconds: a crowd of resources that go to one cluster need not have
/// each of its nodes asked for each of them.
///
/// Only a resource that nothing is known of yet is answered from here, and nothing is applied before the cluster was asked.
final class ClusterLooks: Sendable {
  private struct Look {
    let observation: ClusterObservation
    let at: ContinuousClock.Instant
  }

  /// By user and target.
  private let looks = Guarded<[String: Look]>([:])

  /// How long a look is good for.
  static let lifetime = Duration.seconds(5)

  /// What was seen of a cluster lately; nil if nothing was.
  func latest(of parameters: ConnectionParameters, at now: ContinuousClock.Instant = .now) -> ClusterObservation? {
    looks.withLock { looks in
      guard let look = looks[parameters.description], now - look.at <= Self.lifetime else { return nil }
      return look.observation
    }
  }

  /// Remembers what was seen of a cluster that is ready.
  func note(
    _ observation: ClusterObservation, of parameters: ConnectionParameters, at now: ContinuousClock.Instant = .now
  ) {
    looks.withLock { looks in
      looks = looks.filter { now - $0.value.at <= Self.lifetime }
      looks[parameters.description] = Look(observation: observation, at: now)
    }
  }
}
