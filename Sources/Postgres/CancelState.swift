/// When a cancel request may be sent, and when the next statement may be.
///
/// A request that is still on its way when its statement ends would kill the next statement on the connection: the
/// server sends the signal to the session, not to a statement. So a statement is over only when its last request has
/// been answered. Pure: events go in, what to do comes out.
struct CancelState {
  enum Phase: Equatable {
    /// No statement runs: a request would hit the next one.
    case shut
    /// A statement runs, no request is on its way.
    case open
    /// A request is on its way.
    case sending
    /// The statement is over, its request is still on its way.
    case settling
  }

  enum Event: Equatable {
    case open
    case request
    case answered
    case shut
  }

  enum Action: Equatable {
    case nothing
    case send
    /// The next statement must wait.
    case wait
    /// The next statement may start.
    case proceed
  }

  private(set) var phase = Phase.shut

  mutating func handle(_ event: Event) -> Action {
    switch (phase, event) {
    case (.shut, .open):
      phase = .open
      return .nothing
    case (.open, .request):
      phase = .sending
      return .send
    case (.sending, .answered):
      phase = .open
      return .nothing
    case (.open, .shut), (.shut, .shut):
      phase = .shut
      return .proceed
    case (.sending, .shut):
      phase = .settling
      return .wait
    case (.settling, .answered):
      phase = .shut
      return .proceed
    default:
      return .nothing
    }
  }
}
