/// When windows begin: a cron expression of five fields, with the rules of Vixie cron.
///
/// Where day of month and day of week are both restricted, a day fits that fits either; where one of them begins with
/// `*`, both must fit. `@yearly`, `@annually`, `@monthly`, `@weekly`, `@daily`, `@midnight` and `@hourly` stand for what
/// they do in cron.
package struct CronSchedule: Sendable, Equatable {
  /// As written.
  package let text: String
  private let minute: CronField
  private let hour: CronField
  private let day: CronField
  private let month: CronField
  private let weekday: CronField

  /// The longest expression that is read, in bytes.
  package static let longest = 256

  /// Reads an expression.
  /// - Throws: `schedule` for what is none, and for a date that never comes, such as the 30th of February.
  package init(_ text: String) throws(PromotionError) {
    self.text = text
    guard text.utf8.count <= Self.longest else {
      throw PromotionError(.schedule, "a schedule has at most \(Self.longest) characters")
    }
    let trimmed = text.split { $0 == " " || $0 == "\t" }
    var fields = trimmed
    if trimmed.count == 1, let macro = trimmed.first, macro.hasPrefix("@") {
      guard let expansion = Self.macros[macro.lowercased()] else {
        let known = Self.macros.keys.sorted().joined(separator: ", ")
        throw PromotionError(.schedule, "'\(macro.prefix(20))' is not known; known are \(known)")
      }
      fields = expansion.split(separator: " ")
    }
    guard fields.count == 5 else {
      throw PromotionError(
        .schedule,
        "a schedule has five fields (minute, hour, day of month, month, day of week), and this has \(fields.count); "
          + "for example '0 2 * * 1-5'")
    }
    minute = try CronField(fields[0], .minute)
    hour = try CronField(fields[1], .hour)
    day = try CronField(fields[2], .day)
    month = try CronField(fields[3], .month)
    weekday = try CronField(fields[4], .weekday)
    guard first(after: 0, in: .utc) != nil else {
      throw PromotionError(.schedule, "no day fits '\(text)': correct day of month and month")
    }
  }

  private static let macros = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]

  // MARK: Occurrences

  /// The first start after a moment, in seconds since 1970; nil if none comes within two generations.
  ///
  /// A start that a zone's clock skips is at the moment of the skip; one that it shows twice is at the first of both. If
  /// the hour is a wildcard, starts go on in real time: none is moved, and both count.
  package func first(after moment: Int64, in zone: TimeZoneTable) -> Int64? {
    let local = CivilDate.day(of: moment + zone.offset(at: moment))
    // A day early, for zones whose clocks jump across midnight; a leap day on a given weekday comes within 40 years.
    for day in (local - 1)...(local + 366 * 60) where fits(day) {
      if let start = starts(on: day, in: zone).first(where: { $0 > moment }) { return start }
    }
    return nil
  }

  private func fits(_ dayNumber: Int64) -> Bool {
    let date = CivilDate(day: dayNumber)
    guard month.contains(date.month) else { return false }
    let fitsDay = day.contains(date.day)
    let fitsWeekday = weekday.contains(CivilDate.weekday(of: dayNumber))
    return day.isWildcard || weekday.isWildcard ? fitsDay && fitsWeekday : fitsDay || fitsWeekday
  }

  private func starts(on dayNumber: Int64, in zone: TimeZoneTable) -> [Int64] {
    var starts: [Int64] = []
    for hourNumber in 0..<24 where hour.contains(hourNumber) {
      for minuteNumber in 0..<60 where minute.contains(minuteNumber) {
        let local = dayNumber * 86400 + Int64(hourNumber * 3600 + minuteNumber * 60)
        switch zone.moments(ofLocal: local) {
        case .once(let moment): starts.append(moment)
        case .twice(let first, let second): starts += hour.isWildcard ? [first, second] : [first]
        case .skipped(let end): starts += hour.isWildcard ? [] : [end]
        }
      }
    }
    return starts.sorted()
  }
}
