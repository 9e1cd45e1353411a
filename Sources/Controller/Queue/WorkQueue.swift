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
  private let wakeUp = Signal()

  /// A queue that works on at most `limit` keys at once (at least one).
  package init(limit: Int) {
    self.limit = max(1, limit)
  }

  /// Makes a key due after a delay.
  package func add(_ key: ObjectKey, after delay: Duration = .zero) {
    state.withLock { $0.queue.add(key, at: .now + delay) }
    wakeUp.send()
  }

  /// Forgets a key that waits.
  package func remove(_ key: ObjectKey) {
    state.withLock { $0.queue.remove(key) }
  }

  /// Starts nothing more; `run` returns when what runs has ended.
  package func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.send()
  }

  /// Works until `stop` or cancellation; cancelling the task cancels the work under way.
  ///
  /// `work` returns after how long the key is due again, or nil for not until it is added.
  package func run(_ work: @escaping @Sendable (ObjectKey) async -> Duration?) async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        switch decide() {
        case .stop:
          return
        case .run(let key):
          group.addTask { [self] in
            let again = await work(key)
            state.withLock { $0.queue.finish(key, again: again.map { .now + $0 }) }
            wakeUp.send()
          }
        case .wait(let instant):
          await wait(until: instant)
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

  private func wait(until instant: Instant?) async {
    guard let instant else {
      await wakeUp.wait()
      return
    }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.wakeUp.wait() }
      // Cancelled when a signal came first: then there is nothing to wait for.
      group.addTask { try? await Task.sleep(until: instant, clock: .continuous) }
      await group.next()
      group.cancelAll()
    }
  }
}
