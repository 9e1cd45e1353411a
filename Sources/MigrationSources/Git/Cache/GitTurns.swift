internal import Support

/// Turns at named things: one at a time for each name, in the order of asking.
final class GitTurns: Sendable {
  private struct Waiter: Sendable {
    let ticket: Int
    let continuation: AsyncStream<Never>.Continuation
  }

  private struct State: Sendable {
    /// Who waits for a name; a name that is there is taken.
    var waiters: [String: [Waiter]] = [:]
    var next = 0
  }

  private let state = Guarded(State())

  /// Runs `body` when it is its turn.
  /// - Throws: `unavailable` when the task is cancelled while it waits; what `body` throws.
  func with<Value: Sendable>(
    _ name: String, _ body: () async throws(SourceError) -> Value
  ) async throws(SourceError) -> Value {
    try await take(name)
    defer { give(name) }
    return try await body()
  }

  /// Takes the turn if it is free.
  func tryTake(_ name: String) -> Bool {
    state.withLock { state in
      guard state.waiters[name] == nil else { return false }
      state.waiters[name] = []
      return true
    }
  }

  /// Gives the turn to the next who waits.
  func give(_ name: String) {
    let next = state.withLock { state in
      guard var waiters = state.waiters[name], !waiters.isEmpty else {
        state.waiters[name] = nil
        return nil as Waiter?
      }
      let next = waiters.removeFirst()
      state.waiters[name] = waiters
      return next
    }
    next?.continuation.finish()
  }

  private func take(_ name: String) async throws(SourceError) {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    let ticket: Int? = state.withLock { state in
      guard state.waiters[name] != nil else {
        state.waiters[name] = []
        return nil
      }
      state.next += 1
      state.waiters[name, default: []].append(Waiter(ticket: state.next, continuation: continuation))
      return state.next
    }
    guard let ticket else { return }
    for await _ in stream {}
    guard Task.isCancelled else { return }
    // Cancelled while waiting, or just when the turn came: then it goes on to the next.
    let isWaiting = state.withLock { state in
      let index = state.waiters[name]?.firstIndex { $0.ticket == ticket }
      if let index { state.waiters[name]?.remove(at: index) }
      return index != nil
    }
    if !isWaiting { give(name) }
    throw SourceError(.unavailable, "interrupted while another resource used the same repository")
  }
}
