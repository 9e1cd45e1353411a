package import Kubernetes
internal import Support

/// Runs work for keys as `WorkQueueState` decides, several at once, until it is stopped.
package final class WorkQueue: Sendable {
  package typealias Instant = ContinuousClock.Instant

  private struct State {
    var queue = WorkQueueState<ObjectKey, Instant>()
    var isStopping = false
  }

  private let limits: WorkLimits
  private let allowance: WorkAllowance?
  private let metrics: ControllerMetrics?
  private let group: @Sendable (ObjectKey) -> String?
  private let state = Guarded(State())
  private let wakeUp = Signal()

  /// A queue that works on as much at once as `limits` say.
  ///
  /// - Parameters:
  ///   - allowance: what it shares with other queues; nil where it is alone.
  ///   - group: the group that a key counts towards, if it is known; called with a lock held, so it must be quick and must
  ///     not call the queue.
  package init(
    limits: WorkLimits, allowance: WorkAllowance? = nil, metrics: ControllerMetrics? = nil,
    group: @escaping @Sendable (ObjectKey) -> String? = { _ in nil }
  ) {
    self.limits = limits
    self.allowance = allowance
    self.metrics = metrics
    self.group = group
  }

  /// Makes a key due after a delay.
  package func add(_ key: ObjectKey, after delay: Duration = .zero, priority: WorkPriority = .normal) {
    add([key], after: delay, priority: priority)
  }

  /// Makes keys due after a delay.
  package func add(_ keys: some Sequence<ObjectKey>, after delay: Duration = .zero, priority: WorkPriority = .normal) {
    state.withLock { state in
      let instant = Instant.now + delay
      for key in keys {
        state.queue.add(key, at: instant, priority: priority)
        metrics?.queueAdded()
      }
    }
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
  /// `work` returns when the key is due again, or nil for not until it is added.
  package func run(_ work: @escaping @Sendable (ObjectKey) async -> NextWork?) async {
    metrics?.maxConcurrentReconciles(limits.total)
    metrics?.onReading("workqueue") { [weak self] in self?.measure() }
    defer { metrics?.onReading("workqueue", nil) }
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        switch decide() {
        case .stop:
          return
        case .run(let key):
          group.addTask { [self] in finish(key, again: await work(key)) }
        case .wait(let instant):
          await wait(until: instant)
        }
      }
    }
  }

  private func finish(_ key: ObjectKey, again: NextWork?) {
    let now = Instant.now
    allowance?.giveBack()
    state.withLock { state in
      if let begun = state.queue.work[key]?.startedAt { metrics?.workDuration(begun.duration(to: now)) }
      if again?.isRetry == true { metrics?.retried() }
      state.queue.finish(key, again: again.map { now + $0.delay }, priority: again?.priority ?? .normal)
    }
    wakeUp.send()
  }

  private enum Decision {
    case stop, run(ObjectKey), wait(Instant?)
  }

  private func decide() -> Decision {
    if let allowance, !allowance.take(else: wakeUp) { return state.withLock { $0.isStopping } ? .stop : .wait(nil) }
    let decision = decideWithinAllowance()
    if case .run = decision { return decision }
    allowance?.giveBack()
    return decision
  }

  private func decideWithinAllowance() -> Decision {
    state.withLock { state in
      guard !state.isStopping else { return .stop }
      let now = Instant.now
      let next = state.queue.next(now: now, limits: limits, group: group)
      metrics?.queueDepth(state.queue.dueCount(.normal), .normal)
      metrics?.queueDepth(state.queue.dueCount(.low), .low)
      switch next {
      case .run(let key):
        if let since = state.queue.work[key]?.dueSince { metrics?.queueWaited(since.duration(to: now)) }
        return .run(key)
      case .wait(let instant):
        return .wait(instant)
      }
    }
  }

  /// What changes by the clock alone.
  private func measure() {
    let now = Instant.now
    let ages = state.withLock { $0.queue.work.values.map { $0.startedAt.duration(to: now) } }
    metrics?.unfinishedWork(ages.reduce(.zero, +))
    metrics?.longestRunning(ages.max() ?? .zero)
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
