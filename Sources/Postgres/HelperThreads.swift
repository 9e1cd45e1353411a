internal import Glibc
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

/// A detached thread with all signals blocked: signals belong to the rest of the process.
enum PlainThread {
  private final class Body {
    let run: @Sendable () -> Void

    init(run: @escaping @Sendable () -> Void) {
      self.run = run
    }
  }

  /// Starts a thread; false when the system refuses one.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    var all = sigset_t()
    var previous = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &previous)
    defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
    let context = Unmanaged.passRetained(Body(run: body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else {
          return nil
        }
        Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context.toOpaque())
    guard status == 0 else {
      context.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
