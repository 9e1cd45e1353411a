internal import Support

/// How much the queues of one process may work on at once, all together.
package final class WorkAllowance: Sendable {
  private struct State {
    var free: Int
    /// Who asked in vain since something was last given back.
    var refused: [ObjectIdentifier: Signal] = [:]
  }

  private let state: Guarded<State>

  /// Room for `total` keys, at least one.
  package init(total: Int) {
    state = Guarded(State(free: max(1, total)))
  }

  /// Takes a place; false if there is none, and then the signal is sent when one is given back.
  func take(else signal: Signal) -> Bool {
    state.withLock { state in
      guard state.free > 0 else {
        state.refused[ObjectIdentifier(signal)] = signal
        return false
      }
      state.free -= 1
      return true
    }
  }

  /// Gives a place back.
  func giveBack() {
    let refused = state.withLock { state in
      defer { state.refused = [:] }
      state.free += 1
      return state.refused
    }
    for signal in refused.values { signal.send() }
  }
}
