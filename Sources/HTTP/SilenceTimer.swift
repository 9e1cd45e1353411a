/// Decides when a transfer has waited for too long, for its connection or for a byte; the time is told to it.
struct SilenceTimer {
  enum Phase {
    case connecting
    case exchanging
    /// The reader holds the transfer back: silence is not the peer's.
    case heldBack
  }

  /// libcurl's own connect time-out comes first, because its text knows more; it does not run while a transfer waits
  /// for the connection that another one is opening, and then this one is what counts.
  private static let grace = Duration.milliseconds(100)

  private let connectLimit: Duration
  private let idleLimit: Duration?
  private var since: ContinuousClock.Instant
  private(set) var phase = Phase.connecting

  init(connectLimit: Duration, idleLimit: Duration?, now: ContinuousClock.Instant) {
    self.connectLimit = connectLimit
    self.idleLimit = idleLimit
    since = now
  }

  /// The connection stands, and the request goes out.
  mutating func connected(_ now: ContinuousClock.Instant) {
    phase = .exchanging
    since = now
  }

  /// A byte went in either direction.
  mutating func touch(_ now: ContinuousClock.Instant) {
    guard phase == .exchanging else { return }
    since = now
  }

  mutating func holdBack() {
    phase = .heldBack
  }

  /// The reader took bytes: the silence counts again, from now.
  mutating func letGo(_ now: ContinuousClock.Instant) {
    guard phase == .heldBack else { return }
    phase = .exchanging
    since = now
  }

  /// The time left until the transfer counts as dead, zero or less when it does; nil when nothing is to be watched.
  func remaining(_ now: ContinuousClock.Instant) -> Duration? {
    switch phase {
    case .connecting: connectLimit + Self.grace - (now - since)
    case .exchanging: idleLimit.map { $0 - (now - since) }
    case .heldBack: nil
    }
  }

  /// What to say when nothing is left.
  var verdict: String {
    phase == .connecting
      ? "no connection within \(connectLimit)" : "no byte came or went for \(idleLimit ?? .zero)"
  }
}
