package import MigrationCore

/// What `info` shows of all migrations.
package struct InfoFilters: Sendable, Hashable {
  /// Only what was applied then or later: `yyyy-MM-dd HH:mm`, local time, so that texts compare like times.
  package var sinceDate: String?
  /// Only what was applied then or earlier, in the same form.
  package var untilDate: String?
  /// Only this version and higher ones.
  package var sinceVersion: MigrationVersion?
  /// Only this version and lower ones.
  package var untilVersion: MigrationVersion?
  /// Only these states; nil for all.
  package var states: Set<MigrationState>?
  /// Only the versions and descriptions of what is left, with commas between them.
  package var onlyIdentifiers = false

  /// No filter.
  package init() {}

  /// Reads `dd/MM/yyyy HH:mm`, Flyway's form, into one that sorts; nil for anything else.
  static func date(_ text: String) -> String? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2 else { return nil }
    let days = parts[0].split(separator: "/", omittingEmptySubsequences: false).map(number)
    let times = parts[1].split(separator: ":", omittingEmptySubsequences: false).map(number)
    guard days.count == 3, times.count == 2, let day = days[0], let month = days[1], let year = days[2],
      let hour = times[0], let minute = times[1], (1...12).contains(month), (1...9999).contains(year),
      (1...length(of: month, in: year)).contains(day), hour < 24, minute < 60
    else { return nil }
    return "\(padded(year, 4))-\(padded(month))-\(padded(day)) \(padded(hour)):\(padded(minute))"
  }

  private static func number(_ text: Substring) -> Int? {
    text.count <= 4 && text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
  }

  private static func length(of month: Int, in year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func padded(_ number: Int, _ width: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}
