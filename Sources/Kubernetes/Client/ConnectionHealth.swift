internal import HTTP
internal import Support

/// Whether the connections of the pool can be trusted to have a peer.
///
/// A peer may vanish without a word: a load balancer forgets a connection, a machine loses its network. Over HTTP/2 all
/// requests share that connection, and each would wait for its own time-out, renewals of leases too, until the system
/// gives the connection up (60 s of unacknowledged bytes, `HTTP/TransferSocket.swift`). So for that long after a
/// time-out every request opens a connection of its own.
final class ConnectionHealth: Sendable {
  static let suspicion: Duration = .seconds(65)

  private let time: TimeSource
  private let suspectUntil = Guarded<Duration?>(nil)

  init(time: TimeSource) {
    self.time = time
  }

  /// Whether a request should open a connection of its own.
  var areSuspect: Bool { suspectUntil.withLock { $0 }.map { time.now() < $0 } ?? false }

  /// Takes in how a request or a stream failed.
  func note(_ error: HTTPError) {
    guard error.code == .timedOut else { return }
    suspectUntil.withLock { $0 = time.now() + Self.suspicion }
  }
}
