package import Support

/// `spec.promotion` as the gates use it: read, and checked.
package struct PromotionSettings: Sendable, Equatable {
  /// A window whose zone has not been read yet.
  package struct Window: Sendable, Equatable {
    package var name: String?
    package var schedule: CronSchedule
    package var duration: Duration
    package var zone: ZoneName

    /// A window from its parts.
    package init(name: String? = nil, schedule: CronSchedule, duration: Duration, zone: ZoneName = .utc) {
      self.name = name
      self.schedule = schedule
      self.duration = duration
      self.zone = zone
    }
  }

  /// Nothing starts, until a moment or for good.
  package struct Freeze: Sendable, Equatable {
    package var reason: String
    package var until: Timestamp?

    /// A freeze for a reason.
    package init(reason: String, until: Timestamp? = nil) {
      self.reason = reason
      self.until = until
    }

    /// Whether it counts at this moment.
    package func holds(at now: Timestamp) -> Bool { until.map { now < $0 } ?? true }
  }

  /// How long a migration must have been in effect in each upstream.
  package var soak: Duration = .zero
  /// Whether every plan needs a person's approval.
  package var needsApproval = false
  package var windows: [Window] = []
  package var freeze: Freeze?
  /// Whether the resource is Ready although migrations are held.
  package var reportsReady = false

  /// Gates that hold nothing.
  package init() {}

  /// The names that scripts may ask for.
  package var windowNames: Set<String> { Set(windows.compactMap(\.name)) }
}
