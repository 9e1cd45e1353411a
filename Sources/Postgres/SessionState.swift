/// Who may use a connection: one statement at a time, the others in the order in which they came.
///
/// Pure: events go in, what to do comes out.
struct SessionState {
  typealias Ticket = UInt64

  enum Phase: Equatable {
    case idle
    case busy
    case closing
    case closed
  }

  enum Event: Equatable {
    case request(Ticket)
    case withdraw(Ticket)
    case finished(isUsable: Bool)
    case close
  }

  enum Action: Equatable {
    case nothing
    case start
    case wait
    case refuse
    /// The ticket's wait has ended without a turn.
    case dismiss(Ticket)
    /// It is the ticket's turn.
    case admit(Ticket)
    /// End the statement that runs, dismiss those that wait.
    case interrupt([Ticket])
    /// Free the connection, dismiss those that wait.
    case release([Ticket])
  }

  private(set) var phase = Phase.idle
  private var waiting: [Ticket] = []

  mutating func handle(_ event: Event) -> Action {
    switch event {
    case .request(let ticket): request(ticket)
    case .withdraw(let ticket): withdraw(ticket)
    case .finished(let isUsable): finished(isUsable)
    case .close: close()
    }
  }

  private mutating func request(_ ticket: Ticket) -> Action {
    switch phase {
    case .idle:
      phase = .busy
      return .start
    case .busy:
      waiting.append(ticket)
      return .wait
    case .closing, .closed:
      return .refuse
    }
  }

  private mutating func withdraw(_ ticket: Ticket) -> Action {
    guard let index = waiting.firstIndex(of: ticket) else {
      return .nothing
    }
    waiting.remove(at: index)
    return .dismiss(ticket)
  }

  private mutating func finished(_ isUsable: Bool) -> Action {
    switch phase {
    case .busy where isUsable:
      guard !waiting.isEmpty else {
        phase = .idle
        return .nothing
      }
      return .admit(waiting.removeFirst())
    case .busy, .closing:
      phase = .closed
      return .release(takeWaiting())
    case .idle, .closed:
      return .nothing
    }
  }

  private mutating func close() -> Action {
    switch phase {
    case .idle:
      phase = .closed
      return .release(takeWaiting())
    case .busy:
      phase = .closing
      return .interrupt(takeWaiting())
    case .closing, .closed:
      return .nothing
    }
  }

  private mutating func takeWaiting() -> [Ticket] {
    defer { waiting = [] }
    return waiting
  }
}
