/// A wake-up for one waiting task: a signal sent while nobody waits is kept until somebody does, several count as one.
package final class Signal: Sendable {
  private struct State {
    var isSent = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Guarded(State())

  /// A signal that has not been sent.
  package init() {}

  /// Wakes the waiting task, or lets the next wait return at once.
  package func send() {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      state.isSent = state.waiter == nil
      return state.waiter
    }
    waiter?.resume()
  }

  /// Waits for the signal; returns at once when the task is cancelled.
  ///
  /// One task at a time may wait.
  package func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isDone = state.withLock { state in
          if state.isSent || Task.isCancelled {
            state.isSent = false
            return true
          }
          precondition(state.waiter == nil, "two tasks wait for one signal")
          state.waiter = continuation
          return false
        }
        if isDone { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }
  }
}
