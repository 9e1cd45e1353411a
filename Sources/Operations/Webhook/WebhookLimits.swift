/// The bounds of the webhook endpoint.
package struct WebhookLimits: Sendable, Equatable {
  /// The largest body, of which nothing is kept; GitHub sends at most 25 MB.
  package var bodyBytes = 25 << 20
  /// How long a call may take until its body is complete.
  package var bodyTime: Duration = .seconds(30)
  /// How often a look at one resource is asked for, at most.
  package var interval: Duration = .seconds(1)
  /// A refusal comes no sooner, so that its time does not tell whether there is a resource.
  package var refusalTime: Duration = .milliseconds(100)

  /// 25 MiB, 30 s, 1 s, 100 ms.
  package init() {}
}
