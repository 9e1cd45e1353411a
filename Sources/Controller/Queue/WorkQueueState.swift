internal import HeapModule

/// The work queue as a value: which keys are due when, and which are being worked on.
///
/// Rules (client-go `workqueue`, controller-runtime `priorityqueue`, kube-rs `scheduler`): a key is never worked on twice
/// at once; adding it again while it waits keeps the earliest time and the higher priority; adding it while it runs makes
/// it due again afterwards. Every operation costs O(log n) of the keys that wait.
package struct WorkQueueState<Key: Hashable & Sendable, Instant: InstantProtocol>: Sendable
where Instant.Duration == Duration {
  /// What to do next.
  package enum Next: Sendable, Equatable {
    /// Work on this key now; it counts as running until `finish`.
    case run(Key)
    /// Nothing is due before this instant; nil when nothing is waiting for a time.
    case wait(until: Instant?)
  }

  /// Work that is under way.
  package struct Running: Sendable, Equatable {
    /// When the key became due.
    package let dueSince: Instant
    /// When the work began.
    package let startedAt: Instant
    /// The group that it counts towards.
    package let group: String?
  }

  private enum Place {
    /// Not in a heap: the key is being worked on.
    case afterWork
    case delayed, ready
    /// Ready, but its group has as many running as it may.
    case parked

    var isDue: Bool { self == .ready || self == .parked }
  }

  private struct Entry {
    var instant: Instant
    var priority: WorkPriority
    var ticket: UInt64
    var place: Place
  }

  private typealias Slot = WorkSlot<Key, Instant>

  private var entries: [Key: Entry] = [:]
  private var delayed = Heap<Slot>()
  private var ready = WorkSlots<Key, Instant>()
  private var parked: [String: WorkSlots<Key, Instant>] = [:]
  private var running: [Key: Running] = [:]
  /// How many of a group run.
  private var groups: [String: Int] = [:]
  /// Groups that have a place free, and keys that were parked for want of one.
  private var open: Set<String> = []
  private var dueCounts: [WorkPriority: Int] = [:]
  /// How many slots there are in all heaps, those without an entry included.
  private(set) package var slotCount = 0
  private var lastTicket: UInt64 = 0

  /// An empty queue.
  package init() {}

  /// How many keys wait, due or not.
  package var waitingCount: Int { entries.count }
  /// How many keys are being worked on.
  package var runningCount: Int { running.count }
  /// The work under way.
  package var work: [Key: Running] { running }

  /// How many keys of a priority are due and not being worked on, as of the last `next`.
  package func dueCount(_ priority: WorkPriority) -> Int { dueCounts[priority] ?? 0 }

  /// Makes a key due at an instant, or leaves it where it is if it is due earlier with at least that priority.
  package mutating func add(_ key: Key, at instant: Instant, priority: WorkPriority = .normal) {
    let before = entries[key]
    let earliest = min(instant, before?.instant ?? instant)
    let highest = max(priority, before?.priority ?? priority)
    guard before == nil || earliest != before?.instant || highest != before?.priority else { return }
    insert(key, earliest, highest)
  }

  /// Hands out the key that goes first, as far as the limits allow.
  ///
  /// - Parameter group: the group that a key belongs to, if it is known; asked once when the key's turn comes.
  package mutating func next(now: Instant, limits: WorkLimits, group: (Key) -> String? = { _ in nil }) -> Next {
    promote(now)
    guard running.count < limits.total else { return .wait(until: nil) }
    while let slot = popReady() {
      guard let entry = entries[slot.key], entry.ticket == slot.ticket else { continue }
      let name = group(slot.key)
      if let name, groups[name, default: 0] >= limits.perGroup {
        set(slot.key, entry, at: .parked)
        parked[name, default: WorkSlots()].insert(slot, entry.priority)
        slotCount += 1
        open.remove(name)
        continue
      }
      remove(slot.key)
      running[slot.key] = Running(dueSince: entry.instant, startedAt: now, group: name)
      if let name { groups[name, default: 0] += 1 }
      return .run(slot.key)
    }
    return .wait(until: delayed.min?.instant)
  }

  /// Ends the work on a key and makes it due again at an instant, unless it is due earlier already.
  package mutating func finish(_ key: Key, again instant: Instant?, priority: WorkPriority = .normal) {
    guard let ended = running.removeValue(forKey: key) else { return }
    if let group = ended.group { leave(group) }
    if let entry = entries[key] { insert(key, entry.instant, entry.priority) }
    if let instant { add(key, at: instant, priority: priority) }
  }

  /// Forgets a key that waits; one that runs goes on.
  package mutating func remove(_ key: Key) {
    if let entry = entries.removeValue(forKey: key), entry.place.isDue { dueCounts[entry.priority, default: 0] -= 1 }
  }

  // MARK: Places

  private mutating func insert(_ key: Key, _ instant: Instant, _ priority: WorkPriority) {
    remove(key)
    lastTicket += 1
    let isRunning = running[key] != nil
    entries[key] = Entry(
      instant: instant, priority: priority, ticket: lastTicket, place: isRunning ? .afterWork : .delayed)
    guard !isRunning else { return }
    delayed.insert(Slot(instant: instant, ticket: lastTicket, key: key))
    slotCount += 1
    // A slot whose entry went on without it stays until its turn comes; so many that they outnumber the rest are dropped.
    if slotCount > 2 * entries.count + 1024 { rebuild() }
  }

  private mutating func set(_ key: Key, _ entry: Entry, at place: Place) {
    dueCounts[entry.priority, default: 0] += (place.isDue ? 1 : 0) - (entry.place.isDue ? 1 : 0)
    entries[key]?.place = place
  }

  private mutating func promote(_ now: Instant) {
    while let first = delayed.min {
      let entry = entries[first.key]
      let isLive = entry?.ticket == first.ticket
      guard !isLive || first.instant <= now else { return }
      _ = delayed.popMin()
      guard isLive, let entry else {
        slotCount -= 1
        continue
      }
      set(first.key, entry, at: .ready)
      ready.insert(first, entry.priority)
    }
  }

  private mutating func leave(_ group: String) {
    let left = groups[group, default: 1] - 1
    groups[group] = left > 0 ? left : nil
    if parked[group] != nil { open.insert(group) }
  }

  private mutating func popReady() -> Slot? {
    for group in open { unpark(group) }
    guard let slot = ready.popFirst() else { return nil }
    slotCount -= 1
    return slot
  }

  /// Of each priority the first that waits for its group is ready again: one of them at least may have its turn.
  private mutating func unpark(_ group: String) {
    for priority in WorkPriority.allCases {
      while let slot = parked[group]?.popFirst(priority) {
        guard let entry = entries[slot.key], entry.ticket == slot.ticket else {
          slotCount -= 1
          continue
        }
        set(slot.key, entry, at: .ready)
        ready.insert(slot, priority)
        break
      }
    }
    guard parked[group]?.isEmpty != false else { return }
    parked[group] = nil
    open.remove(group)
  }

  private mutating func rebuild() {
    delayed = Heap()
    ready = WorkSlots()
    parked = [:]
    open = []
    dueCounts = [:]
    for (key, entry) in entries where entry.place != .afterWork {
      entries[key]?.place = .delayed
      delayed.insert(Slot(instant: entry.instant, ticket: entry.ticket, key: key))
    }
    slotCount = delayed.count
  }
}
