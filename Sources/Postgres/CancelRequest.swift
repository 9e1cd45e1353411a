internal import Support

/// The way to end the statement that runs on a connection, from any thread.
///
/// The request goes out on a helper thread, since `PQcancel` blocks; libpq 15 sends it unencrypted. A request that
/// reaches the server before the statement does is ignored there, so it is repeated until the statement ends or the
/// patience is over.
final class CancelRequest: Sendable {
  enum Patience: Sendable {
    /// Nobody asked to cancel.
    case unlimited
    /// A request has been sent once more.
    case renewed
    /// The server has not answered in time: the connection is worth nothing.
    case exhausted
  }

  private struct Content {
    var state = CancelState()
    var giveUpAt: ContinuousClock.Instant?
  }

  /// Cancel requests are small and rare: eight at a time per process.
  private static let threads = HelperThreads(limit: 8)
  private static let repetition = Duration.milliseconds(200)

  private let handle: CancelHandle
  private let owner: Readiness.Owner
  private let content = Guarded(Content())

  init(_ handle: consuming CancelHandle, owner: Readiness.Owner) {
    self.handle = handle
    self.owner = owner
  }

  /// Whether somebody asked to end the statement that runs.
  var isRequested: Bool {
    content.withLock { $0.giveUpAt != nil }
  }

  /// A statement is about to be sent.
  func open() {
    content.withLock { content in
      _ = content.state.handle(.open)
      content.giveUpAt = nil
    }
  }

  /// Asks the server to end the statement; after `patience` the connection is given up.
  ///
  /// Nothing happens between statements.
  func request(patience: Duration) {
    let sends = content.withLock { content in
      guard content.state.phase == .open || content.state.phase == .sending else {
        return false
      }
      let giveUpAt = ContinuousClock.now + patience
      content.giveUpAt = content.giveUpAt.map { min($0, giveUpAt) } ?? giveUpAt
      return content.state.handle(.request) == .send
    }
    if sends {
      send()
    }
  }

  /// Called when a wait has reached its limit: repeats a request that was made.
  func renew() -> Patience {
    let (patience, sends) = content.withLock { content -> (Patience, Bool) in
      guard let giveUpAt = content.giveUpAt else {
        return (.unlimited, false)
      }
      guard ContinuousClock.now < giveUpAt else {
        return (.exhausted, false)
      }
      return (.renewed, content.state.handle(.request) == .send)
    }
    if sends {
      send()
    } else if case .renewed = patience {
      Readiness.shared.limit(owner, until: .now + Self.repetition)
    }
    return patience
  }

  /// The statement is over: waits until a request that is on its way has been answered, so that it cannot hit the next.
  ///
  /// Not cancellable; false if no answer came within the patience: then the connection must not be used again.
  func shut() async -> Bool {
    let readiness = Readiness.shared
    let (action, deadline) = content.withLock { content in
      (content.state.handle(.shut), content.giveUpAt ?? .now)
    }
    var isSettled = action == .proceed
    while !isSettled, ContinuousClock.now < deadline {
      // `answered` sets a limit with the new state: lifting it before looking misses nothing.
      readiness.liftLimit(owner)
      isSettled = content.withLock { $0.state.phase == .shut }
      if !isSettled {
        await readiness.pause(owner, until: deadline)
      }
    }
    readiness.liftLimit(owner)
    return isSettled
  }

  private func send() {
    Readiness.shared.limit(owner, until: .now + Self.repetition)
    Self.threads.run { [self] in
      // A request that does not get through is repeated, and in the end the connection is given up.
      _ = handle.send()
      answered()
    }
  }

  private func answered() {
    content.withLock { content in
      guard content.state.handle(.answered) == .proceed else {
        return
      }
      // Before `shut` can see the new state: a limit that came after it had lifted the last one would end the wait of
      // the next statement, as if the server had not answered.
      Readiness.shared.limit(owner, until: .now)
    }
  }
}
