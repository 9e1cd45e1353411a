internal import Glibc
internal import Support

/// Times of the wall clock in the time zone of this process, as Flyway shows and reads them.
enum LocalTime {
  /// `2026-11-22T18:30:15.123456`, as Java's `LocalDateTime` has it.
  static func text(_ moment: Timestamp) -> String {
    var seconds = time_t(moment.microseconds / 1_000_000)
    var parts = tm()
    localtime_r(&seconds, &parts)
    let fraction = padded(Int(moment.microseconds % 1_000_000), 6)
    return "\(date(parts))T\(time(parts)).\(fraction)"
  }

  /// What the history's column `installed_on` holds (a local time, by Flyway's reading) as an instant in UTC:
  /// `2026-11-22T17:30:15.123456Z`; nil if it cannot be read.
  static func instant(ofColumn text: String) -> String? {
    let pieces = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard pieces.count == 2 else { return nil }
    let days = pieces[0].split(separator: "-").compactMap { Int32($0) }
    let clock = pieces[1].split(separator: ".", maxSplits: 1).map(String.init)
    let times = clock.first?.split(separator: ":").compactMap { Int32($0) } ?? []
    guard days.count == 3, times.count == 3 else { return nil }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (days[0] - 1900, days[1] - 1, days[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (times[0], times[1], times[2])
    parts.tm_isdst = -1
    var seconds = mktime(&parts)
    var utc = tm()
    gmtime_r(&seconds, &utc)
    let fraction = clock.count == 2 ? "." + clock[1] : ""
    return "\(date(utc))T\(time(utc))\(fraction)Z"
  }

  private static func date(_ parts: tm) -> String {
    "\(padded(Int(parts.tm_year) + 1900, 4))-\(padded(Int(parts.tm_mon) + 1, 2))-\(padded(Int(parts.tm_mday), 2))"
  }

  private static func time(_ parts: tm) -> String {
    [parts.tm_hour, parts.tm_min, parts.tm_sec].map { padded(Int($0), 2) }.joined(separator: ":")
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
