internal import Support

/// The keys of objects that came, changed or went, each at most once until it is taken.
///
/// It has one reader, ends when that reader's task is cancelled or the informer goes, and never grows beyond the number
/// of distinct keys however slow the reader is.
package struct ChangedKeys: AsyncSequence, Sendable {
  package typealias Element = ObjectKey
  package typealias Failure = Never

  let feed: ChangeFeed

  /// Starts to read.
  package func makeAsyncIterator() -> Iterator {
    Iterator(feed: feed, signals: feed.signals.makeAsyncIterator())
  }

  /// The reader.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let feed: ChangeFeed
    fileprivate var signals: AsyncStream<Void>.Iterator

    /// The next key; nil at the end.
    package mutating func next() async -> ObjectKey? {
      await next(isolation: nil)
    }

    /// The next key; nil at the end.
    package mutating func next(isolation actor: isolated (any Actor)?) async -> ObjectKey? {
      while !Task.isCancelled {
        if let key = feed.take() { return key }
        guard await signals.next(isolation: actor) != nil else { return feed.take() }
      }
      return nil
    }
  }
}

/// The keys that one reader has not taken yet.
final class ChangeFeed: Sendable {
  private struct Pending: Sendable {
    var order: [ObjectKey] = []
    var taken = 0
    var keys: Set<ObjectKey> = []
  }

  let signals: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let pending = Guarded(Pending())

  init() {
    // One signal is enough: the reader takes all keys before it waits again.
    (signals, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  func add(_ keys: some Sequence<ObjectKey>) {
    pending.withLock { pending in
      for key in keys where pending.keys.insert(key).inserted { pending.order.append(key) }
    }
    continuation.yield()
  }

  func take() -> ObjectKey? {
    pending.withLock { pending in
      guard pending.taken < pending.order.count else { return nil }
      let key = pending.order[pending.taken]
      pending.taken += 1
      pending.keys.remove(key)
      if pending.taken > 1024, pending.taken * 2 > pending.order.count {
        pending.order.removeFirst(pending.taken)
        pending.taken = 0
      }
      return key
    }
  }

  func finish() {
    continuation.finish()
  }
}
