package import Support

/// A time in which migrations may start, again and again.
package struct PromotionWindow: Sendable, Equatable {
  /// Gates only the migrations that ask for it; without one it gates all.
  package let name: String?
  package let schedule: CronSchedule
  package let duration: Duration
  package let zoneName: ZoneName
  package let zone: TimeZoneTable

  /// The longest window.
  package static let longest = Duration.seconds(7 * 86400)

  /// A window from its parts.
  package init(
    name: String? = nil, schedule: CronSchedule, duration: Duration, zoneName: ZoneName = .utc,
    zone: TimeZoneTable = .utc
  ) {
    self.name = name
    self.schedule = schedule
    self.duration = duration
    self.zoneName = zoneName
    self.zone = zone
  }

  /// Whether a migration may start at this moment: from the window's start on, until its duration is over.
  package func isOpen(at now: Timestamp) -> Bool {
    // A start counts that lies less than the duration back.
    let oldest = now.advanced(by: .zero - duration)
    guard let start = schedule.first(after: Self.seconds(oldest), in: zone) else { return false }
    return Timestamp(microseconds: start * 1_000_000) <= now
  }

  /// When it opens next after this moment.
  package func nextOpening(after now: Timestamp) -> Timestamp? {
    schedule.first(after: Self.seconds(now), in: zone).map { Timestamp(microseconds: $0 * 1_000_000) }
  }

  /// For people: `'0 2 * * 1-5' for 3h in Europe/Zurich`.
  package var label: String {
    "'\(schedule.text)' for \(DurationText.format(duration)) in \(zoneName.text)"
  }

  private static func seconds(_ moment: Timestamp) -> Int64 {
    moment.microseconds / 1_000_000 - (moment.microseconds % 1_000_000 < 0 ? 1 : 0)
  }
}
