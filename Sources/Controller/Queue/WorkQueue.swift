package import Kubernetes
internal import Support

/// Runs work for keys as `WorkQueueState` decides, several at once, until it is stopped.
package final class WorkQueue: Sendable {
  package typealias Instant = ContinuousClock.Instant

  private struct State {
    var queue = WorkQueueState<ObjectKey, Instant>()
    var isStopping = false
  }

  private let limit: Int
  private let state = Guarded(State())
  private let wakeUps: AsyncStream<Void>
  private let wakeUp: AsyncStream<Void>.Continuation

  /// A queue that works on at most `limit` keys at once (at least one).
  package init(limit: Int) {
    self.limit = max(1, limit)
    (wakeUps, wakeUp) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// Makes a key due after a delay.
  package func add(_ key: ObjectKey, after delay: Duration = .zero) {
    state.withLock { $0.queue.add(key, at: .now + delay) }
    wakeUp.yield()
  }

  /// Forgets a key that waits.
  package func remove(_ key: ObjectKey) {
    state.withLock { $0.queue.remove(key) }
  }

  /// Starts nothing more; `run` returns when what runs has ended.
  package func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.yield()
  }

  /// Works until `stop` or cancellation; cancelling the task cancels the work under way.
  ///
  /// `work` returns after how long the key is due again, or nil for not until it is added.
  package func run(_ work: @escaping @Sendable (ObjectKey) async -> Duration?) async {
    await withDiscardingTaskGroup { group in
      var signals = wakeUps.makeAsyncIterator()
      while !Task.isCancelled {
        switch decide() {
        case .stop:
          return
        case .run(let key):
          group.addTask { [self] in
            let again = await work(key)
            state.withLock { $0.queue.finish(key, again: again.map { .now + $0 }) }
            wakeUp.yield()
          }
        case .wait(let instant):
          await wait(until: instant, &signals)
        }
      }
    }
  }

  private enum Decision {
    case stop, run(ObjectKey), wait(Instant?)
  }

  private func decide() -> Decision {
    state.withLock { state in
      guard !state.isStopping else { return .stop }
      switch state.queue.next(now: .now, limit: limit) {
      case .run(let key): return .run(key)
      case .wait(let instant): return .wait(instant)
      }
    }
  }

  // A timer that yields the same signal as `add` does, so that one iterator sees both.
  private func wait(until instant: Instant?, _ signals: inout AsyncStream<Void>.Iterator) async {
    guard let instant else {
      _ = await signals.next()
      return
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [wakeUp] in
        // Cancelled when a signal came first: then there is nothing to wake up.
        if (try? await Task.sleep(until: instant, clock: .continuous)) != nil { wakeUp.yield() }
      }
      _ = await signals.next()
      group.cancelAll()
    }
  }
}
