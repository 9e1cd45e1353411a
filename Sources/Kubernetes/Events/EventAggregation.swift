internal import Support

/// Decides what is written of what happens: a value, without network; time comes in with every call.
///
/// The rules are those of client-go (`tools/events/event_broadcaster.go`): the first occurrence creates an Event, the
/// second one turns it into a series, further ones are only counted; a series is written again every 30 min, and a
/// last time when nothing was added to it for 6 min. Other than there, occurrences with different notes are different
/// Events, because a note says which migration it is about; only when there are many of them about one object they are
/// combined, as `tools/record/events_cache.go` does.
struct EventAggregation: Sendable {
  static let finishTime: Duration = .seconds(6 * 60)
  static let refreshTime: Duration = .seconds(30 * 60)
  /// How many Events that differ in their notes alone may be open at once.
  static let notesLimit = 25
  /// How many open Events are remembered; beyond it the oldest are forgotten.
  static let capacity = 4096
  static let combinedPrefix = "(combined from similar events) "

  private struct Similar: Hashable {
    let type: EventType
    let reason: String
    let action: String
    let regarding: ObjectReference
  }

  private struct Key: Hashable {
    let similar: Similar
    /// Nil for the Event that combines those beyond the limit.
    let note: String?
  }

  private struct Entry {
    var event: Event
    var lastSeen: Duration
    var lastWritten: Duration
    var isWritten: Bool
  }

  private let controller: String
  private let instance: String
  private var entries: [Key: Entry] = [:]
  private var notes: [Similar: Int] = [:]
  private var sequence: Int64 = 0

  /// Events told by a controller (such as `whimbrel.dev/controller`) in one of its replicas.
  init(controller: String, instance: String) {
    self.controller = EventOccurrence.bounded(controller, bytes: 128)
    self.instance = EventOccurrence.bounded(instance, bytes: 128)
  }

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  /// Takes an occurrence in, and returns what to write now: an Event to create, or, with a series, to patch.
  mutating func take(_ occurrence: EventOccurrence, at now: Duration) -> Event? {
    let similar = Similar(
      type: occurrence.type, reason: occurrence.reason, action: occurrence.action, regarding: occurrence.regarding)
    var key = Key(similar: similar, note: occurrence.note)
    if entries[key] == nil, notes[similar, default: 0] >= Self.notesLimit { key = Key(similar: similar, note: nil) }
    guard var entry = entries[key] else {
      makeRoom()
      let event = event(occurrence, isCombined: key.note == nil)
      entries[key] = Entry(event: event, lastSeen: now, lastWritten: now, isWritten: true)
      if key.note != nil { notes[similar, default: 0] += 1 }
      return event
    }
    let isFirstRepetition = entry.event.series == nil
    entry.event.series = Event.Series(
      count: (entry.event.series?.count ?? 1) &+ 1, lastObservedTime: occurrence.at.rfc3339Microseconds)
    entry.lastSeen = now
    entry.isWritten = isFirstRepetition
    if isFirstRepetition { entry.lastWritten = now }
    entries[key] = entry
    return isFirstRepetition ? entry.event : nil
  }

  /// Forgets what is over, and returns the series to write again; `isLast` says that there will be no other time.
  mutating func settle(at now: Duration, isLast: Bool = false) -> [Event] {
    var due: [Event] = []
    for (key, entry) in entries {
      let isOver = now - entry.lastSeen >= Self.finishTime
      if !entry.isWritten, isOver || isLast || now - entry.lastWritten >= Self.refreshTime {
        due.append(entry.event)
        entries[key]?.isWritten = true
        entries[key]?.lastWritten = now
      }
      if isOver { forget(key) }
    }
    return due
  }

  private mutating func forget(_ key: Key) {
    guard entries.removeValue(forKey: key) != nil, key.note != nil else { return }
    let left = notes[key.similar, default: 1] - 1
    notes[key.similar] = left > 0 ? left : nil
  }

  private mutating func makeRoom() {
    guard entries.count >= Self.capacity else { return }
    for (key, _) in entries.sorted(by: { $0.value.lastSeen < $1.value.lastSeen }).prefix(Self.capacity / 8) {
      forget(key)
    }
  }

  private mutating func event(_ occurrence: EventOccurrence, isCombined: Bool) -> Event {
    sequence += 1
    // As in client-go the name is the object's with a moment in hexadecimal; the sequence makes it unique within one
    // microsecond.
    let suffix = String(occurrence.at.microseconds * 1000 + sequence % 1000, radix: 16)
    let name = String(decoding: (occurrence.regarding.name ?? "").utf8.prefix(200), as: UTF8.self)
    let time = occurrence.at.rfc3339Microseconds
    var event = Event(
      metadata: ObjectMetadata(name: "\(name).\(suffix)", namespace: occurrence.regarding.namespace ?? "default"))
    event.eventTime = time
    event.reportingController = controller
    event.reportingInstance = instance
    event.action = occurrence.action
    event.reason = occurrence.reason
    event.regarding = occurrence.regarding
    event.note =
      isCombined ? EventOccurrence.bounded(Self.combinedPrefix + occurrence.note, bytes: 1024) : occurrence.note
    event.type = occurrence.type.rawValue
    return event
  }
}
