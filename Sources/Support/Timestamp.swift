internal import Glibc

/// A moment of the wall clock, to the microsecond, in UTC.
///
/// Used for what is shown or stored (condition times, lease times), never for measuring how long something took.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  package let microseconds: Int64

  /// A moment by microseconds since 1970.
  package init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Reads RFC 3339 in UTC, with or without a fraction (`2026-01-02T03:04:05Z`, `2026-01-02T03:04:05.000006Z`),
  /// as Kubernetes writes `Time` and `MicroTime`; anything else is nil.
  package init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes.count <= 40, bytes.last == UInt8(ascii: "Z") else { return nil }
    // Digits only: a sign, which Int64 would take, is no part of a date.
    func number(_ range: Range<Int>) -> Int64? {
      guard bytes[range].allSatisfy({ (48...57).contains($0) }) else { return nil }
      return bytes[range].reduce(0) { $0 * 10 + Int64($1) - 48 }
    }
    let marks: [(Int, Unicode.Scalar)] = [(4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":")]
    guard marks.allSatisfy({ bytes[$0.0] == UInt8(ascii: $0.1) }),
      let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16), let second = number(17..<19), (1...12).contains(month), (1...31).contains(day),
      (0...23).contains(hour), (0...59).contains(minute), (0...60).contains(second)
    else { return nil }
    var fraction: Int64 = 0
    if bytes.count > 20 {
      let digits = bytes[20..<(bytes.count - 1)]
      guard bytes[19] == UInt8(ascii: "."), !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else {
        return nil
      }
      for index in 0..<6 {
        fraction = fraction * 10 + (index < digits.count ? Int64(digits[20 + index]) - 48 : 0)
      }
    }
    let days = Self.days(year: year, month: month, day: day)
    // February has no 30th: a day that is not in its month comes back as another one.
    guard Self.date(days: days).day == day else { return nil }
    let seconds = days * 86400 + hour * 3600 + minute * 60 + second
    microseconds = seconds * 1_000_000 + fraction
  }

  /// RFC 3339 to the second, as Kubernetes writes `Time`: `2026-01-02T03:04:05Z`.
  package var rfc3339: String {
    let seconds = Self.quotient(microseconds, 1_000_000)
    let day = Self.quotient(seconds, 86400)
    let second = seconds - day * 86400
    let (year, month, dayOfMonth) = Self.date(days: day)
    let time = [second / 3600, second / 60 % 60, second % 60].map { Self.padded($0, 2) }.joined(separator: ":")
    return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(dayOfMonth, 2))T\(time)Z"
  }

  /// RFC 3339 with six digits of fraction, as Kubernetes writes `MicroTime`: `2026-01-02T03:04:05.000006Z`.
  package var rfc3339Microseconds: String {
    let fraction = ((microseconds % 1_000_000) + 1_000_000) % 1_000_000
    return "\(rfc3339.dropLast()).\(Self.padded(fraction, 6))Z"
  }

  /// The time from `other` to this moment.
  package func since(_ other: Timestamp) -> Duration {
    .microseconds(microseconds - other.microseconds)
  }

  /// This moment moved by a duration.
  package func advanced(by duration: Duration) -> Timestamp {
    Timestamp(
      microseconds: microseconds + duration.components.seconds * 1_000_000 + duration.components.attoseconds
        / 1_000_000_000_000)
  }

  /// Whether the left moment comes first.
  package static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }

  // Rounded down, also before 1970, and exact, which Double is not for far dates.
  private static func quotient(_ number: Int64, _ divisor: Int64) -> Int64 {
    number / divisor - (number % divisor < 0 ? 1 : 0)
  }

  private static func padded(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // Days since 1970-01-01 of a date in the proleptic Gregorian calendar, and back (H. Hinnant, "chrono-Compatible
  // Low-Level Date Algorithms").
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

/// Where the current moment of the wall clock comes from: the system, or a test.
package struct WallClock: Sendable {
  private let read: @Sendable () -> Timestamp

  /// A clock that reads the moment from a closure.
  package init(_ read: @escaping @Sendable () -> Timestamp) {
    self.read = read
  }

  /// The current moment.
  package func now() -> Timestamp {
    read()
  }

  /// The system's real-time clock.
  package static let system = WallClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
