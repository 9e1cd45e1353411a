internal import Glibc
internal import Support

/// SIGINT and SIGTERM: the first one is told, a second one ends the process at once.
///
/// Both are blocked in every thread and taken by a thread of their own, so that nothing runs in a signal handler.
struct SignalWatch: Sendable {
  /// The number of the first signal.
  let signals: AsyncStream<CInt>

  /// Begins to watch: once in a process, before other threads exist, which inherit the mask.
  static func start() -> SignalWatch {
    signal(SIGPIPE, SIG_IGN)
    var set = Self.set
    pthread_sigmask(SIG_BLOCK, &set, nil)
    let (stream, continuation) = AsyncStream<CInt>.makeStream()
    let watcher = Watcher { continuation.yield($0) }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(watcher)
    let status = pthread_create(
      &thread, &attributes,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Watcher>.fromOpaque(pointer).takeRetainedValue().run()
        return nil
      }, argument.toOpaque())
    if status != 0 {
      // Without a thread the signals do what they do by themselves.
      argument.release()
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
    return SignalWatch(signals: stream)
  }

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
  }

  private final class Watcher: Sendable {
    let tell: @Sendable (CInt) -> Void

    init(tell: @escaping @Sendable (CInt) -> Void) {
      self.tell = tell
    }

    func run() {
      var set = SignalWatch.set
      var first: CInt = 0
      while true {
        var number: CInt = 0
        guard sigwait(&set, &number) == 0 else { continue }
        guard first != 0 else {
          first = number
          tell(number)
          continue
        }
        OutputStream.standardError.write("\nEnded at once; the server rolls back what was not committed.\n")
        _exit(128 + number)
      }
    }
  }
}

/// Work that a signal ends.
enum Interruptible {
  /// Runs `body`; at the first signal its task is cancelled and `onSignal` told.
  ///
  /// - Returns: what `body` returned, and the signal if there was one.
  static func run<Value: Sendable>(
    _ watch: SignalWatch, onSignal: @escaping @Sendable (CInt) -> Void, _ body: @escaping @Sendable () async -> Value
  ) async -> (value: Value, signal: CInt?) {
    let received = Guarded<CInt?>(nil)
    let value = await withTaskGroup(of: Value?.self) { group in
      group.addTask { await body() }
      group.addTask {
        for await number in watch.signals {
          received.withLock { $0 = number }
          onSignal(number)
          break
        }
        return nil
      }
      var result: Value?
      while result == nil, let next = await group.next() {
        result = next
        group.cancelAll()
      }
      return result
    }
    let signal = received.withLock { $0 }
    guard let value else { return (await body(), signal) }
    return (value, signal)
  }
}
