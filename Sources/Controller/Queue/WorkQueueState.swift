/// The work queue as a value: which keys are due when, and which are being worked on.
///
/// Rules (client-go `workqueue`, kube-rs `scheduler`): a key is never worked on twice at once; adding it again while it
/// waits keeps the earliest time; adding it while it runs makes it due again afterwards.
package struct WorkQueueState<Key: Hashable & Sendable, Instant: InstantProtocol>: Sendable {
  /// What to do next.
  package enum Next: Sendable, Equatable {
    /// Work on this key now; it counts as running until `finish`.
    case run(Key)
    /// Nothing is due before this instant; nil when nothing is waiting at all.
    case wait(until: Instant?)
  }

  private var due: [Key: Instant] = [:]
  private var running: Set<Key> = []

  /// An empty queue.
  package init() {}

  /// Makes a key due at an instant, or leaves it where it is if it is due earlier.
  package mutating func add(_ key: Key, at instant: Instant) {
    if let earlier = due[key], earlier <= instant { return }
    due[key] = instant
  }

  /// Hands out the key that is due longest, as long as fewer than `limit` run.
  package mutating func next(now: Instant, limit: Int) -> Next {
    guard running.count < limit else { return .wait(until: nil) }
    var first: (key: Key, instant: Instant)?
    for (key, instant) in due where !running.contains(key) {
      if let found = first, found.instant <= instant { continue }
      first = (key, instant)
    }
    guard let first else { return .wait(until: nil) }
    guard first.instant <= now else { return .wait(until: first.instant) }
    due[first.key] = nil
    running.insert(first.key)
    return .run(first.key)
  }

  /// Ends the work on a key and makes it due again at an instant, unless it is due earlier already.
  package mutating func finish(_ key: Key, again instant: Instant?) {
    running.remove(key)
    if let instant { add(key, at: instant) }
  }

  /// Forgets a key that waits; one that runs goes on.
  package mutating func remove(_ key: Key) {
    due[key] = nil
  }

  /// How many keys wait.
  package var waitingCount: Int { due.count }
  /// How many keys are being worked on.
  package var runningCount: Int { running.count }
}
