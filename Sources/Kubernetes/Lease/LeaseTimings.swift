/// The three times of a lease.
package struct LeaseTimings: Sendable, Hashable {
  /// How long others wait after the last renewal that they saw before they take the lease; whole seconds.
  package let duration: Duration
  /// How long the holder tries to renew before it gives up what it does; its work must end within the difference to
  /// `duration`.
  package let renewDeadline: Duration
  /// The time between two attempts.
  package let retryPeriod: Duration

  private init(unchecked duration: Duration, _ renewDeadline: Duration, _ retryPeriod: Duration) {
    self.duration = duration
    self.renewDeadline = renewDeadline
    self.retryPeriod = retryPeriod
  }

  /// client-go's defaults: 15 s, 10 s, 2 s.
  package static let standard = LeaseTimings(unchecked: .seconds(15), .seconds(10), .seconds(2))

  /// Checks and combines times.
  ///
  /// - Throws: `KubernetesError` with code `configuration` unless duration > deadline > 1.2 × period > 0 (client-go's
  ///   rule) and the duration is at least 1 s.
  package init(duration: Duration, renewDeadline: Duration, retryPeriod: Duration) throws(KubernetesError) {
    guard duration > renewDeadline, renewDeadline > retryPeriod * 1.2, retryPeriod > .zero, duration >= .seconds(1)
    else {
      throw KubernetesError(
        code: .configuration,
        message: "lease times: the duration (\(duration)) must exceed the renew deadline (\(renewDeadline)), and that "
          + "1.2 times the retry period (\(retryPeriod)); the duration must be at least 1 s")
    }
    self.init(unchecked: duration, renewDeadline, retryPeriod)
  }

  /// The duration as it is written into the object: whole seconds, rounded up.
  var durationSeconds: Int32 {
    Int32(clamping: duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0))
  }

  /// The longest time for one request (client-go: half of the deadline, at least 1 s).
  var requestTimeout: Duration { max(.seconds(1), renewDeadline / 2) }

  /// The wait before the next attempt to acquire: one to 2.2 periods (client-go's jitter factor).
  func acquirePause(random: Double) -> Duration { retryPeriod * (1 + 1.2 * random) }
}
