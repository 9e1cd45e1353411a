internal import Support

/// How fast the replicas' Leases change hands.
package struct LeaseTimes: Sendable, Equatable, CustomStringConvertible {
  package var duration: Duration
  package var renewDeadline: Duration
  package var retryPeriod: Duration

  /// What the controller has without flags.
  package static let standard = LeaseTimes(
    duration: .seconds(15), renewDeadline: .seconds(10), retryPeriod: .seconds(2))
  /// Short, so that many take-overs fit into a test.
  package static let short = LeaseTimes(
    duration: .seconds(3), renewDeadline: .seconds(2), retryPeriod: .milliseconds(500))

  /// Names the three times.
  package init(duration: Duration, renewDeadline: Duration, retryPeriod: Duration) {
    self.duration = duration
    self.renewDeadline = renewDeadline
    self.retryPeriod = retryPeriod
  }

  package var description: String {
    [duration, renewDeadline, retryPeriod].map(DurationText.format).joined(separator: "/")
  }

  var arguments: [String] {
    [
      "--leader-elect-lease-duration", DurationText.format(duration),
      "--leader-elect-renew-deadline", DurationText.format(renewDeadline),
      "--leader-elect-retry-period", DurationText.format(retryPeriod),
    ]
  }
}
