internal import Support

/// A few threads for C calls that block (`getaddrinfo`, `PQcancel`), so that they never block the cooperative pool.
///
/// Threads start when there is work and end when there is none; at most `limit` at a time, further work waits.
final class HelperThreads: Sendable {
  private struct Content {
    var running = 0
    var work: [@Sendable () -> Void] = []
  }

  private let limit: Int
  private let content = Guarded(Content())

  init(limit: Int) {
    self.limit = limit
  }

  /// Runs `body` on a helper thread, soon.
  func run(_ body: @escaping @Sendable () -> Void) {
    let startsThread = content.withLock { content in
      content.work.append(body)
      guard content.running < limit else {
        return false
      }
      content.running += 1
      return true
    }
    if startsThread, !PlainThread.start({ self.drain() }) {
      // Without a thread the work must still happen: those who wait for it would wait forever.
      drain()
    }
  }

  private func drain() {
    while let next = next() {
      next()
    }
  }

  private func next() -> (@Sendable () -> Void)? {
    content.withLock { content in
      guard !content.work.isEmpty else {
        content.running -= 1
        return nil
      }
      return content.work.removeFirst()
    }
  }
}
