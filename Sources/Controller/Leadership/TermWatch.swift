/// Tells a term that outlives its Lease from one that goes on as it should: a value.
///
/// A lost Lease cancels what runs, which ends within the time that the database needs for it. A process that is still at
/// it long afterwards hangs, and is better started anew (client-go's `HealthzAdaptor` with controller-runtime's 20 s).
struct TermWatch: Sendable {
  /// How long a term may outlive its Lease.
  static let tolerance = Duration.seconds(20)

  private var leadingAt: Duration?

  /// Looks at moment `now`; returns what is wrong, nil if nothing is.
  mutating func look(hasTerm: Bool, isLeading: Bool, at now: Duration) -> String? {
    guard hasTerm else {
      leadingAt = nil
      return nil
    }
    guard !isLeading, let since = leadingAt else {
      leadingAt = now
      return nil
    }
    return now - since > Self.tolerance ? "the work of a leader goes on although the Lease is lost" : nil
  }
}
