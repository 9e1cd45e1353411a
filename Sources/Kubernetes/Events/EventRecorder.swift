package import Logging
package import Support

/// Tells of what happens to objects by Events (`events.k8s.io/v1`).
///
/// Recording never waits: what is recorded is queued, and dropped when the queue is full. Nothing is written before
/// `run()`. Needs `create` and `patch` on `events` of `events.k8s.io`.
package final class EventRecorder: Sendable {
  struct State: Sendable {
    var queue: [EventOccurrence] = []
    var aggregation: EventAggregation
    var isRefused = false
  }

  /// How many occurrences may wait (client-go's number).
  static let queueLimit = 1000

  let client: KubernetesClient
  let logger: Logger
  let state: Guarded<State>
  let wakeUp = WakeUp()
  let onDrop: @Sendable (Int) -> Void
  private let wallClock: WallClock

  /// Makes a recorder, which writes nothing yet.
  ///
  /// - Parameters:
  ///   - controller: who tells, as a qualified name, such as `whimbrel.dev/controller`.
  ///   - instance: which replica tells; its first 128 bytes count.
  ///   - onDrop: told how many occurrences were lost just now: the queue was full, or the server did not take them; it
  ///     must neither block nor call the recorder.
  package init(
    client: KubernetesClient, controller: String, instance: String, wallClock: WallClock = .system, logger: Logger,
    onDrop: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.onDrop = onDrop
    self.client = client.bounded(requestTimeout: .seconds(10))
    self.wallClock = wallClock
    self.logger = logger
    state = Guarded(State(aggregation: EventAggregation(controller: controller, instance: instance)))
  }

  /// Queues an occurrence; never waits, and never fails.
  ///
  /// - Parameters:
  ///   - reason: why, as one word in upper camel case, such as `MigrationApplied`; at most 128 bytes.
  ///   - action: what was being done, such as `Migrate`; at most 128 bytes.
  ///   - note: the text for people; cut at 1 kB. It must hold no secret.
  ///   - regarding: the object that it happened to.
  package func record(
    _ type: EventType, reason: String, action: String, note: String, regarding: ObjectReference
  ) {
    let occurrence = EventOccurrence(
      type, reason: reason, action: action, note: note, regarding: regarding, at: wallClock.now())
    let isQueued = state.withLock { state in
      guard state.queue.count < Self.queueLimit else { return false }
      state.queue.append(occurrence)
      return true
    }
    if isQueued { wakeUp.call() } else { onDrop(1) }
  }
}
