/// How long a run waits for Flyway's advisory lock when another session holds it.
package enum LockWait: Sendable, Equatable {
  /// It is tried once: whoever asked comes again by itself, as a controller does.
  case none
  /// It is tried again `count` times (-1: for ever), a pause apart: Flyway's `lockRetryCount`.
  case retries(count: Int, every: Duration)

  /// Flyway's default: 50 more times, a second apart.
  package static let flyway = retries(count: 50, every: .seconds(1))

  /// The pause after a number of failed attempts (from 1); nil when there is to be no further one.
  func pause(afterAttempt attempt: Int) -> Duration? {
    guard case .retries(let count, let pause) = self, count < 0 || attempt <= count else { return nil }
    return pause
  }
}
