/// Decides when a transfer has been silent for too long; the time is told to it.
struct IdleTimer {
  private let limit: Duration?
  private var lastByte: ContinuousClock.Instant
  private var isHeldBack = false

  init(limit: Duration?, now: ContinuousClock.Instant) {
    self.limit = limit
    lastByte = now
  }

  /// A byte went in either direction.
  mutating func touch(_ now: ContinuousClock.Instant) {
    lastByte = now
  }

  /// The reader holds the transfer back: silence is not the peer's.
  mutating func holdBack() {
    isHeldBack = true
  }

  /// The reader took bytes: the silence counts again, from now.
  mutating func letGo(_ now: ContinuousClock.Instant) {
    isHeldBack = false
    lastByte = now
  }

  /// The time left until the transfer counts as dead, zero or less when it does; nil when nothing is to be watched.
  func remaining(_ now: ContinuousClock.Instant) -> Duration? {
    guard let limit, !isHeldBack else { return nil }
    return limit - (now - lastByte)
  }
}
