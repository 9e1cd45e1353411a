internal import Support

/// A gate that opens once; whoever waits goes on then.
final class Latch: Sendable {
  private struct State: Sendable {
    var isOpen = false
    var next = 0
    var waiters: [Int: AsyncStream<Never>.Continuation] = [:]
  }

  private let state = Guarded(State())

  var isOpen: Bool { state.withLock { $0.isOpen } }

  func open() {
    let waiters = state.withLock { state in
      defer { state.waiters = [:] }
      state.isOpen = true
      return state.waiters
    }
    for waiter in waiters.values { waiter.finish() }
  }

  /// Returns when the gate is open, or the task is cancelled.
  func wait() async {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    let ticket: Int? = state.withLock { state in
      guard !state.isOpen else { return nil }
      state.next += 1
      state.waiters[state.next] = continuation
      return state.next
    }
    guard let ticket else { return }
    for await _ in stream {}
    _ = state.withLock { $0.waiters.removeValue(forKey: ticket) }
  }
}
