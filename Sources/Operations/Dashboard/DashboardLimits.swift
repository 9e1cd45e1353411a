/// The bounds of the dashboard.
package struct DashboardLimits: Sendable, Equatable {
  /// How many readers follow at once; the endpoint takes 64 connections in all.
  package var streams = 32
  /// How often something is sent where there is no news, so that a connection that is gone is noticed.
  package var heartbeat: Duration = .seconds(15)
  /// How long a reader may leave unread what was sent.
  package var stall: Duration = .seconds(30)
  /// The least time between two messages to one reader.
  package var pace: Duration = .milliseconds(250)
  /// How long a permission is taken for granted.
  package var trust: Duration = .seconds(60)
  /// How long a refusal stands.
  package var refusal: Duration = .seconds(10)
  /// How many tokens are remembered.
  package var tokens = 256
  /// How many tokens are asked about at once.
  package var reviews = 8

  /// 32 readers, 15 s, 30 s, 250 ms; 60 s, 10 s, 256 tokens, 8 at once.
  package init() {}
}
