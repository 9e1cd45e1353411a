/// Makes many calls for one resource one look in each interval, without losing the last: a value.
///
/// The first is done at once. One that comes within the interval waits for its end, and all others until then are part of
/// it: what was pushed before the last of them is seen by the look that follows.
struct WebhookRate: Sendable {
  enum Decision: Sendable, Equatable {
    /// Ask for a look now.
    case now
    /// Ask for one after this time, and say so with `begin`.
    case after(Duration)
    /// One is to come, which is enough.
    case coalesced
  }

  private struct Entry: Sendable {
    var last: Duration
    var isPending = false
  }

  private let interval: Duration
  private var entries: [WebhookTarget: Entry] = [:]

  init(interval: Duration) {
    self.interval = interval
  }

  /// How many resources are remembered.
  var count: Int { entries.count }

  /// Takes in a call at a moment, counted from an arbitrary one.
  mutating func take(_ target: WebhookTarget, at now: Duration) -> Decision {
    guard let entry = entries[target] else {
      forgetOld(at: now)
      entries[target] = Entry(last: now)
      return .now
    }
    if entry.isPending { return .coalesced }
    guard now - entry.last < interval else {
      entries[target] = Entry(last: now)
      return .now
    }
    entries[target]?.isPending = true
    return .after(entry.last + interval - now)
  }

  /// Takes in that the look that was to come is asked for now: later calls are no part of it.
  mutating func begin(_ target: WebhookTarget, at now: Duration) {
    entries[target] = Entry(last: now)
  }

  private mutating func forgetOld(at now: Duration) {
    guard entries.count >= 1000 else { return }
    entries = entries.filter { $0.value.isPending || now - $0.value.last < interval }
  }
}
