internal import HeapModule

/// A place in a heap of the queue: it counts only while the key's entry has the same ticket.
struct WorkSlot<Key: Hashable & Sendable, Instant: InstantProtocol>: Sendable, Comparable {
  let instant: Instant
  let ticket: UInt64
  let key: Key

  static func < (left: WorkSlot, right: WorkSlot) -> Bool {
    left.instant == right.instant ? left.ticket < right.ticket : left.instant < right.instant
  }

  static func == (left: WorkSlot, right: WorkSlot) -> Bool { left.ticket == right.ticket }
}

/// Keys that are due, by priority, and within a priority the one that is due longest first.
struct WorkSlots<Key: Hashable & Sendable, Instant: InstantProtocol>: Sendable {
  typealias Slot = WorkSlot<Key, Instant>

  /// How many of normal priority go before one of low priority that waits: low ones are late, but never starve.
  static var normalInARow: Int { 7 }

  private var low = Heap<Slot>()
  private var normal = Heap<Slot>()
  private var passedOver = 0

  var isEmpty: Bool { low.isEmpty && normal.isEmpty }

  mutating func insert(_ slot: Slot, _ priority: WorkPriority) {
    switch priority {
    case .low: low.insert(slot)
    case .normal: normal.insert(slot)
    }
  }

  /// The first in order.
  mutating func popFirst() -> Slot? {
    if normal.isEmpty || (passedOver >= Self.normalInARow && !low.isEmpty) {
      passedOver = 0
      return low.popMin()
    }
    passedOver += low.isEmpty ? 0 : 1
    return normal.popMin()
  }

  /// The first of one priority.
  mutating func popFirst(_ priority: WorkPriority) -> Slot? {
    switch priority {
    case .low: low.popMin()
    case .normal: normal.popMin()
    }
  }
}
