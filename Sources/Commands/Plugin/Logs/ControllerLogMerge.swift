internal import Support

/// Puts lines of several pods into the order of their times, as far as they arrive within a moment of each other.
struct ControllerLogMerge {
  /// A line and where it is from.
  struct Line: Equatable {
    let pod: String
    let time: Timestamp
    let record: ControllerLogRecord
  }

  private struct Held {
    let line: Line
    let arrived: ContinuousClock.Instant
    let number: Int
  }

  /// The most lines that are held; beyond it the earliest go.
  let capacity: Int
  private var held: [Held] = []
  private var count = 0

  init(capacity: Int = 10_000) {
    self.capacity = capacity
  }

  /// Takes a line; returns those that there is no more room for, in order.
  mutating func add(_ line: Line, at now: ContinuousClock.Instant) -> [Line] {
    held.append(Held(line: line, arrived: now, number: count))
    count += 1
    guard held.count > capacity else { return [] }
    sort()
    return take(held.count / 2)
  }

  /// The lines that arrived before a moment and what comes before them, in order; all if it is nil.
  mutating func release(arrivedBefore limit: ContinuousClock.Instant? = nil) -> [Line] {
    sort()
    guard let limit else { return take(held.count) }
    return take(held.lastIndex { $0.arrived < limit }.map { $0 + 1 } ?? 0)
  }

  private mutating func sort() {
    held.sort { ($0.line.time, $0.number) < ($1.line.time, $1.number) }
  }

  private mutating func take(_ count: Int) -> [Line] {
    defer { held.removeFirst(count) }
    return held.prefix(count).map(\.line)
  }
}
