internal import Support

/// Exponential waiting times for each key, which begin anew when the cause changes: a value.
package struct KeyBackoff<Key: Hashable & Sendable, Cause: Equatable & Sendable>: Sendable {
  private struct Patience: Sendable {
    var cause: Cause
    var failures: Int
  }

  private let initial: Duration
  private var keys: [Key: Patience] = [:]

  /// Waiting times that double from `initial`.
  package init(initial: Duration = .seconds(1)) {
    self.initial = initial
  }

  /// How many keys are being waited for.
  package var count: Int { keys.count }

  /// Counts a failure and tells how long to wait.
  ///
  /// - Parameters:
  ///   - maximum: the longest wait; it is never exceeded.
  ///   - random: a number from 0 up to 1: up to a tenth of the wait is left out, so that many keys that began to wait
  ///     together do not come together.
  package mutating func delay(for key: Key, cause: Cause, maximum: Duration, random: Double = 0) -> Duration {
    let before = keys[key].flatMap { $0.cause == cause ? $0.failures : nil } ?? 0
    // Doubling stops mattering long before this; the count must not overflow in a year of waiting.
    let failures = min(before + 1, 1000)
    keys[key] = Patience(cause: cause, failures: failures)
    return Backoff(initial: initial, maximum: maximum).delay(afterFailures: failures) * (1 - random / 10)
  }

  /// The key no longer waits, or is gone.
  package mutating func forget(_ key: Key) {
    keys[key] = nil
  }
}
