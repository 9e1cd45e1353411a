/// Exponential waiting times with a cap: a value, so that every use can be tested without a clock.
package struct Backoff: Sendable, Equatable {
  /// The first wait.
  package let initial: Duration
  /// The longest wait.
  package let maximum: Duration

  /// Makes a schedule that doubles from `initial` up to `maximum`.
  package init(initial: Duration, maximum: Duration) {
    self.initial = min(initial, maximum)
    self.maximum = maximum
  }

  /// The wait after the given number of failures in a row (1 for the first failure; less counts as 1).
  package func delay(afterFailures failures: Int) -> Duration {
    var delay = initial
    for _ in 1..<max(2, min(failures, 64)) where failures > 1 {
      delay = min(delay * 2, maximum)
      if delay == maximum { break }
    }
    return delay
  }
}
