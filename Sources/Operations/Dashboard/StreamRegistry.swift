/// Who follows the dashboard, and how long what they were sent lies unread: a value.
struct StreamRegistry: Sendable {
  private struct Reader: Sendable {
    /// Since when a message waits to be taken; nil if none does.
    var pendingSince: Duration?
  }

  private let limit: Int
  private var readers: [Int: Reader] = [:]
  private var next = 0
  private var isClosed = false

  init(limit: Int) {
    self.limit = limit
  }

  /// How many follow.
  var count: Int { readers.count }

  /// Lets one more follow; nil if there are too many already, or at the end.
  mutating func open() -> Int? {
    guard !isClosed, readers.count < limit else { return nil }
    next += 1
    readers[next] = Reader()
    return next
  }

  /// Takes in that one follows no longer.
  mutating func close(_ reader: Int) {
    readers[reader] = nil
  }

  /// Takes in that a message is being handed to one.
  mutating func began(_ reader: Int, at now: Duration) {
    readers[reader]?.pendingSince = now
  }

  /// Takes in that it was taken.
  mutating func ended(_ reader: Int) {
    readers[reader]?.pendingSince = nil
  }

  /// Those that have left a message unread for longer than a time.
  func stalled(at now: Duration, after limit: Duration) -> [Int] {
    readers.filter { $0.value.pendingSince.map { now - $0 >= limit } ?? false }.keys.sorted()
  }

  /// Takes nobody any more.
  mutating func end() {
    isClosed = true
  }
}
