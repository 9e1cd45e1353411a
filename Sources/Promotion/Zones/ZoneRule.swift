/// The rule for the years that a zone's file does not list: the text that POSIX defines for `TZ` (RFC 9636, 3.3.1).
struct ZoneRule: Sendable, Equatable {
  /// When in a year the clock is changed.
  enum Day: Sendable, Equatable {
    /// `Mm.w.d`: the w-th (5: last) weekday d of month m.
    case weekday(month: Int, week: Int, day: Int)
    /// `Jn`: 1 to 365, never the 29th of February.
    case julian(Int)
    /// `n`: 0 to 365, leap days included.
    case dayOfYear(Int)
  }

  struct Change: Sendable, Equatable {
    let day: Day
    /// Seconds of local time since midnight, from -167 to 167 hours.
    let time: Int64
  }

  let standard: Int64
  /// Summer time, with the changes to it and back; nil if there is none.
  let daylight: Daylight?

  struct Daylight: Sendable, Equatable {
    let offset: Int64
    let begin: Change
    let end: Change
  }

  func offset(at moment: Int64) -> Int64 {
    guard let daylight else { return standard }
    let year = CivilDate(day: CivilDate.day(of: moment + standard)).year
    let begin = Self.moment(daylight.begin, in: year) - standard
    let end = Self.moment(daylight.end, in: year) - daylight.offset
    let isDaylight = begin < end ? moment >= begin && moment < end : moment >= begin || moment < end
    return isDaylight ? daylight.offset : standard
  }

  private static func moment(_ change: Change, in year: Int64) -> Int64 {
    let day: Int64
    switch change.day {
    case .dayOfYear(let number): day = CivilDate.number(year: year, month: 1, day: 1) + Int64(number)
    case .julian(let number):
      let leap = CivilDate.isLeap(year) && number >= 60 ? 1 : 0
      day = CivilDate.number(year: year, month: 1, day: 1) + Int64(number - 1 + leap)
    case .weekday(let month, let week, let weekday):
      let first = CivilDate.number(year: year, month: month, day: 1)
      let shift = (weekday - CivilDate.weekday(of: first) + 7) % 7
      var date = shift + (week - 1) * 7
      if date >= CivilDate.length(ofMonth: month, in: year) { date -= 7 }
      day = first + Int64(date)
    }
    return day * 86400 + change.time
  }
}

// MARK: Reading

extension ZoneRule {
  /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`; nil for what is none.
  init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    guard Self.name(&rest), let standard = Self.time(&rest) else { return nil }
    self.standard = -standard
    guard !rest.isEmpty else {
      daylight = nil
      return
    }
    guard Self.name(&rest) else { return nil }
    var offset = self.standard + 3600
    if rest.first != UInt8(ascii: ",") {
      guard let written = Self.time(&rest) else { return nil }
      offset = -written
    }
    guard Self.take(",", &rest), let begin = Self.change(&rest), Self.take(",", &rest),
      let end = Self.change(&rest), rest.isEmpty
    else { return nil }
    daylight = Daylight(offset: offset, begin: begin, end: end)
  }

  private static func take(_ mark: Unicode.Scalar, _ rest: inout ArraySlice<UInt8>) -> Bool {
    guard rest.first == UInt8(ascii: mark) else { return false }
    rest.removeFirst()
    return true
  }

  private static func name(_ rest: inout ArraySlice<UInt8>) -> Bool {
    if take("<", &rest) {
      guard let end = rest.firstIndex(of: UInt8(ascii: ">")) else { return false }
      rest = rest[(end + 1)...]
      return true
    }
    let letters = rest.prefix { (65...90).contains($0 & 0xDF) }
    rest = rest.dropFirst(letters.count)
    return letters.count >= 3
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, _ range: ClosedRange<Int>) -> Int? {
    let digits = rest.prefix { (48...57).contains($0) }
    guard (1...3).contains(digits.count) else { return nil }
    rest = rest.dropFirst(digits.count)
    let value = digits.reduce(0) { $0 * 10 + Int($1) - 48 }
    return range.contains(value) ? value : nil
  }

  private static func time(_ rest: inout ArraySlice<UInt8>) -> Int64? {
    let isNegative = take("-", &rest)
    if !isNegative { _ = take("+", &rest) }
    guard let hours = number(&rest, 0...167) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where take(":", &rest) {
      guard let value = number(&rest, 0...59) else { return nil }
      seconds += value * unit
    }
    return Int64(isNegative ? -seconds : seconds)
  }

  private static func change(_ rest: inout ArraySlice<UInt8>) -> Change? {
    let day: Day
    if take("M", &rest) {
      guard let month = number(&rest, 1...12), take(".", &rest), let week = number(&rest, 1...5), take(".", &rest),
        let weekday = number(&rest, 0...6)
      else { return nil }
      day = .weekday(month: month, week: week, day: weekday)
    } else if take("J", &rest) {
      guard let value = number(&rest, 1...365) else { return nil }
      day = .julian(value)
    } else {
      guard let value = number(&rest, 0...365) else { return nil }
      day = .dayOfYear(value)
    }
    guard take("/", &rest) else { return Change(day: day, time: 7200) }
    return time(&rest).map { Change(day: day, time: $0) }
  }
}
