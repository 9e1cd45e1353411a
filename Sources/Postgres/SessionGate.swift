internal import Support

/// The queue in front of a connection: `SessionState` behind a lock, with the tasks that wait.
///
/// Each continuation is resumed exactly once: whoever takes it out of `waiting` under the lock resumes it.
final class SessionGate: Sendable {
  enum Admission: Sendable {
    case granted
    case withdrawn
    case closed
  }

  private struct Content {
    var state = SessionState()
    var nextTicket: SessionState.Ticket = 0
    var waiting: [SessionState.Ticket: CheckedContinuation<Admission, Never>] = [:]
    var closers: [CheckedContinuation<Void, Never>] = []
  }

  private let content = Guarded(Content())

  var phase: SessionState.Phase {
    content.withLock { $0.state.phase }
  }

  /// Waits for the turn; a cancelled task leaves the queue.
  func enter() async -> Admission {
    let ticket = content.withLock { content in
      content.nextTicket += 1
      return content.nextTicket
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        request(ticket, continuation)
        if Task.isCancelled {
          withdraw(ticket)
        }
      }
    } onCancel: {
      withdraw(ticket)
    }
  }

  /// Ends the turn; true when the connection must be freed by the caller.
  func leave(isUsable: Bool) -> Bool {
    perform(.finished(isUsable: isUsable))
  }

  enum Closing {
    case release
    case interrupt
    case nothing
  }

  /// Lets nobody in any more; says what the caller must do.
  func close() -> Closing {
    let (action, dismissed) = content.withLock { content in
      let action = content.state.handle(.close)
      return (action, Self.take(action, from: &content))
    }
    for continuation in dismissed {
      continuation.resume(returning: .closed)
    }
    switch action {
    case .release: return .release
    case .interrupt: return .interrupt
    default: return .nothing
    }
  }

  /// Waits until the connection has been freed; bounded, since the interrupted statement is.
  func closed() async {
    await withCheckedContinuation { continuation in
      let isClosed = content.withLock { content in
        guard content.state.phase != .closed else {
          return true
        }
        content.closers.append(continuation)
        return false
      }
      if isClosed {
        continuation.resume()
      }
    }
  }

  private func request(_ ticket: SessionState.Ticket, _ continuation: CheckedContinuation<Admission, Never>) {
    let admission: Admission? = content.withLock { content in
      switch content.state.handle(.request(ticket)) {
      case .start: return .granted
      case .refuse: return .closed
      default:
        content.waiting[ticket] = continuation
        return nil
      }
    }
    if let admission {
      continuation.resume(returning: admission)
    }
  }

  private func withdraw(_ ticket: SessionState.Ticket) {
    let continuation = content.withLock { content in
      _ = content.state.handle(.withdraw(ticket))
      return content.waiting.removeValue(forKey: ticket)
    }
    continuation?.resume(returning: .withdrawn)
  }

  private func perform(_ event: SessionState.Event) -> Bool {
    let (action, next, dismissed, closers) = content.withLock { content in
      let action = content.state.handle(event)
      var next: CheckedContinuation<Admission, Never>?
      if case .admit(let ticket) = action {
        next = content.waiting.removeValue(forKey: ticket)
      }
      let dismissed = Self.take(action, from: &content)
      let closers = content.state.phase == .closed ? content.closers : []
      content.closers = content.state.phase == .closed ? [] : content.closers
      return (action, next, dismissed, closers)
    }
    next?.resume(returning: .granted)
    for continuation in dismissed {
      continuation.resume(returning: .closed)
    }
    for closer in closers {
      closer.resume()
    }
    if case .release = action {
      return true
    }
    return false
  }

  private static func take(
    _ action: SessionState.Action, from content: inout Content
  ) -> [CheckedContinuation<Admission, Never>] {
    switch action {
    case .interrupt(let tickets), .release(let tickets):
      tickets.compactMap { content.waiting.removeValue(forKey: $0) }
    default: []
    }
  }
}
