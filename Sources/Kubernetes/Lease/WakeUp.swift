internal import Support

/// A sleep that can be cut short.
final class WakeUp: Sendable {
  private struct State: Sendable {
    var calls = 0
    var sleepers: [Int: Latch] = [:]
  }

  private let state = Guarded(State())

  /// How often it has been called so far: to be read before looking at what decides about sleeping.
  var calls: Int { state.withLock { $0.calls } }

  /// Ends all sleeps.
  func call() {
    let sleepers = state.withLock { state in
      defer { state.sleepers = [:] }
      state.calls += 1
      return state.sleepers
    }
    for sleeper in sleepers.values { sleeper.open() }
  }

  /// Sleeps until the time has passed, or until a call that comes, or came, after the given number of calls.
  ///
  /// - Throws: `KubernetesError` with code `cancelled` if the task is cancelled before or meanwhile.
  func sleep(for duration: Duration, since calls: Int, _ time: TimeSource) async throws(KubernetesError) {
    let latch = Latch()
    let ticket: Int? = state.withLock { state in
      guard state.calls == calls else { return nil }
      let ticket = (state.sleepers.keys.max() ?? 0) + 1
      state.sleepers[ticket] = latch
      return ticket
    }
    guard let ticket else { return }
    await withTaskGroup(of: Void.self) { group in
      // Why a sleep ended is found below: by the time, by a call, or by cancellation of this task.
      group.addTask { do { try await time.sleep(for: duration) } catch {} }
      group.addTask { await latch.wait() }
      await group.next()
      group.cancelAll()
    }
    _ = state.withLock { $0.sleepers.removeValue(forKey: ticket) }
    if Task.isCancelled { throw KubernetesError(code: .cancelled, message: "cancelled while waiting") }
  }
}
