/// Which repositories leave the cache when it has become too large: pure.
enum GitCacheEviction {
  /// A repository of the cache, as it was found.
  struct Candidate: Sendable, Equatable {
    var name: String
    var bytes: Int
    /// When it was used last; only the order counts.
    var used: Int
  }

  /// The names of those that go, the longest unused first, until the rest fits.
  static func victims(of candidates: [Candidate], limit: Int) -> [String] {
    var total = candidates.reduce(0) { $0 + $1.bytes }
    var victims: [String] = []
    for candidate in candidates.sorted(by: { ($0.used, $0.name) < ($1.used, $1.name) }) where total > limit {
      victims.append(candidate.name)
      total -= candidate.bytes
    }
    return victims
  }
}
