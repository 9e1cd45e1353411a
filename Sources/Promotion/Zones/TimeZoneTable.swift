/// A time zone: since when which offset from UTC counts, and the rule for what comes after the last of these.
package struct TimeZoneTable: Sendable, Equatable {
  struct Transition: Sendable, Equatable {
    /// Seconds since 1970.
    let moment: Int64
    /// East of UTC, in seconds, from then on.
    let offset: Int64
  }

  /// Ascending.
  let transitions: [Transition]
  /// What counts before the first of them.
  let firstOffset: Int64
  /// What counts after the last of them; nil leaves it as it is.
  let rule: ZoneRule?

  /// Coordinated universal time, which needs no file.
  package static let utc = TimeZoneTable(transitions: [], firstOffset: 0, rule: nil)

  /// The offset at a moment, in seconds east of UTC.
  package func offset(at moment: Int64) -> Int64 {
    guard let last = transitions.last else { return rule?.offset(at: moment) ?? firstOffset }
    if moment >= last.moment, let rule { return rule.offset(at: moment) }
    var (low, high) = (0, transitions.count)
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle].moment <= moment { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? firstOffset : transitions[low - 1].offset
  }

  /// When a zone's clock shows a local time.
  enum Moments: Sendable, Equatable {
    case once(Int64)
    /// It is put back across it.
    case twice(Int64, Int64)
    /// It is put forward across it, at this moment.
    case skipped(Int64)
  }

  /// When the clock shows a local time, in seconds since 1970 as if it were UTC.
  func moments(ofLocal local: Int64) -> Moments {
    // A zone changes at most once in four days, and never by more than a day.
    let (before, after) = (offset(at: local - 172_800), offset(at: local + 172_800))
    let found = Set([before, after, offset(at: local)]).map { local - $0 }.filter { $0 + offset(at: $0) == local }
      .sorted()
    if let first = found.first, let last = found.last { return first == last ? .once(first) : .twice(first, last) }
    return .skipped(change(from: before, between: local - 172_800, and: local - before))
  }

  // The first moment at which the offset is another one.
  private func change(from offset: Int64, between start: Int64, and end: Int64) -> Int64 {
    var (low, high) = (start, end)
    while low + 1 < high {
      let middle = low + (high - low) / 2
      if self.offset(at: middle) == offset { low = middle } else { high = middle }
    }
    return high
  }
}
