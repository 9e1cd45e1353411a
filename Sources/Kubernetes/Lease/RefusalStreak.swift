/// How long a server that refuses is asked again: for a lease duration.
///
/// An API server that has just started refuses with 403 until it knows its roles; one that still refuses after a lease
/// duration will go on until a person changes something.
struct RefusalStreak: Sendable {
  private let timings: LeaseTimings
  private var begun: Duration?
  private var last: Duration?

  init(_ timings: LeaseTimings) {
    self.timings = timings
  }

  /// Takes a refusal in, and tells whether it was one too many; refusals far apart do not belong together.
  mutating func isOver(afterRefusalAt now: Duration) -> Bool {
    let gap = timings.retryPeriod + timings.requestTimeout * 2
    if let last, now - last > gap { begun = nil }
    last = now
    let start = begun ?? now
    begun = start
    return now - start >= timings.duration
  }
}
