internal import Logging
internal import Support

// The bridge of events: what is queued when the recorder is cancelled is written by a task of its own, which is awaited
// here and ends within two seconds.
extension EventRecorder {
  static let finalTime: Duration = .seconds(2)
  private static let settlePeriod: Duration = .seconds(60)
  private static let maximumTries = 12
  private static let pause = Backoff(initial: .seconds(1), maximum: .seconds(10))

  private var time: TimeSource { client.time }

  /// Writes what is recorded until cancelled; then what is queued, for at most 2 s.
  package func run() async {
    var unsent: [Event] = []
    while !Task.isCancelled {
      let calls = wakeUp.calls
      unsent += take() + state.withLock { $0.aggregation.settle(at: time.now()) }
      unsent = await deliver(unsent, tries: Self.maximumTries)
      // The only error is cancellation, which ends the loop.
      do { try await wakeUp.sleep(for: Self.settlePeriod, since: calls, time) } catch {}
    }
    let rest = unsent
    await Task { await deliverLast(rest) }.value
  }

  /// What the occurrences in the queue come to.
  private func take() -> [Event] {
    state.withLock { state in
      let occurrences = state.queue
      state.queue = []
      return occurrences.compactMap { state.aggregation.take($0, at: time.now()) }
    }
  }

  private func deliverLast(_ unsent: [Event]) async {
    let events = unsent + take() + state.withLock { $0.aggregation.settle(at: time.now(), isLast: true) }
    let left = await withTaskGroup(of: [Event]?.self) { group in
      group.addTask { await self.deliver(events, tries: 1) }
      group.addTask {
        // Cancelled when everything is written.
        do { try await self.time.sleep(for: Self.finalTime) } catch {}
        return nil
      }
      var left: [Event] = []
      for await ending in group {
        group.cancelAll()
        if let ending { left = ending }
      }
      return left
    }
    guard !left.isEmpty else { return }
    drop(left.count, "events were not written before the end", nil)
  }

  /// Writes events in order; returns those that were not tried to the end because the task was cancelled.
  private func deliver(_ events: [Event], tries: Int) async -> [Event] {
    for (index, event) in events.enumerated() {
      guard await deliver(event, tries: tries) else { return Array(events[index...]) }
    }
    return []
  }

  /// Writes one event, several times if need be; false if the task was cancelled meanwhile.
  private func deliver(_ event: Event, tries: Int) async -> Bool {
    for number in 1...tries {
      do throws(KubernetesError) {
        try await write(event)
        state.withLock { $0.isRefused = false }
        return true
      } catch {
        if Task.isCancelled { return false }
        guard error.isTransient, number < tries else {
          drop(1, "an event cannot be written", error)
          return true
        }
        let pause = max(Self.pause.delay(afterFailures: number), error.retryAfter ?? .zero)
        do throws(KubernetesError) { try await time.sleep(for: min(pause, .seconds(60))) } catch { return false }
      }
    }
    return true
  }

  private func write(_ event: Event) async throws(KubernetesError) {
    guard let series = event.series else { return try await create(event) }
    let patch = Patch.merge(try ObjectCoding.encode(["series": series]))
    do throws(KubernetesError) {
      _ = try await client.patch(
        Event.self, name: event.metadata.name, namespace: event.metadata.namespace, patch: patch)
    } catch {
      // Events are kept for an hour by default, and the first one may never have arrived.
      guard error.code == .notFound else { throw error }
      try await create(event)
    }
  }

  private func create(_ event: Event) async throws(KubernetesError) {
    do throws(KubernetesError) {
      _ = try await client.create(event)
    } catch {
      // An answer that was lost: the event is there.
      guard error.code == .alreadyExists else { throw error }
    }
  }

  private func drop(_ count: Int, _ what: Logger.Message, _ error: KubernetesError?) {
    let isKnown = state.withLock { state in
      defer { state.isRefused = true }
      return state.isRefused
    }
    onDrop(count)
    // One warning for as long as nothing can be written: the events themselves are not worth a flood.
    logger.log(
      level: isKnown ? .debug : .warning, what,
      metadata: ["events.count": "\(count)", "error": "\(error?.message ?? "no time left")"])
  }
}
