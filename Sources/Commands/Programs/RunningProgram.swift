internal import Glibc
internal import Support

/// The process group of a program from its start to its end, and whether it was asked to end.
final class RunningProgram: Sendable {
  private struct State {
    var group: pid_t?
    var isAsked = false
  }

  private let state = Guarded(State())

  /// The program has been started as the leader of this group.
  func began(_ group: pid_t) {
    ProgramGroups.add(group)
    let isAsked = state.withLock { state in
      state.group = group
      return state.isAsked
    }
    if isAsked { Glibc.kill(-group, SIGTERM) }
  }

  /// Asks the group to end, at once or as soon as there is one.
  func ask() {
    let group = state.withLock { state in
      state.isAsked = true
      return state.group
    }
    if let group { Glibc.kill(-group, SIGTERM) }
  }

  /// Ends the group.
  func kill() {
    if let group = state.withLock({ $0.group }) { Glibc.kill(-group, SIGKILL) }
  }

  /// The program has ended; what it has left behind although it was asked to end is killed.
  /// - Returns: whether it was asked to.
  func ended() -> Bool {
    let (group, isAsked) = state.withLock { state in
      defer { state.group = nil }
      return (state.group, state.isAsked)
    }
    guard let group else { return isAsked }
    ProgramGroups.remove(group)
    if isAsked { Glibc.kill(-group, SIGKILL) }
    return isAsked
  }
}
