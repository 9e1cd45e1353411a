/// How time passes: by a clock of the system, or by a test's will.
///
/// Moments are durations since an arbitrary origin; only their differences mean something.
package struct TimeSource: Sendable {
  private let read: @Sendable () -> Duration
  private let wait: @Sendable (Duration) async throws -> Void

  /// Time as a clock tells it.
  package init<Source: Clock>(_ clock: Source) where Source.Duration == Duration {
    let origin = clock.now
    read = { origin.duration(to: clock.now) }
    wait = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
  }

  /// Time as told by closures; `sleep` must throw when its task is cancelled.
  package init(
    now: @escaping @Sendable () -> Duration, sleep: @escaping @Sendable (Duration) async throws -> Void
  ) {
    read = now
    wait = sleep
  }

  /// The continuous clock: it goes on while the machine sleeps, as leases on the server do.
  package static let system = TimeSource(ContinuousClock())

  /// The current moment.
  package func now() -> Duration {
    read()
  }

  /// Waits.
  ///
  /// - Throws: `KubernetesError` with code `cancelled` if the task is cancelled before or meanwhile.
  package func sleep(for duration: Duration) async throws(KubernetesError) {
    do {
      try Task.checkCancellation()
      if duration > .zero { try await wait(duration) }
    } catch {
      throw KubernetesError(code: .cancelled, message: "cancelled while waiting")
    }
  }
}
