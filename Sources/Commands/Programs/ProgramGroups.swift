internal import Glibc
internal import Support

/// The process groups of running programs, for the end at once.
enum ProgramGroups {
  private static let running = Guarded<Set<pid_t>>([])

  static func add(_ group: pid_t) {
    running.withLock { _ = $0.insert(group) }
  }

  static func remove(_ group: pid_t) {
    running.withLock { _ = $0.remove(group) }
  }

  /// Ends all of them.
  static func killAll() {
    for group in running.withLock({ $0 }) { kill(-group, SIGKILL) }
  }
}
