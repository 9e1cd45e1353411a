internal import Glibc

/// Starts threads outside the cooperative pool.
enum LoopThread {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a new detached thread; false when the system gives none.
  ///
  /// The thread takes no signals: handlers belong to other threads, and a write to a connection that the peer closed
  /// must not kill the process (libcurl does not hold SIGPIPE back when CURLOPT_NOSIGNAL is set).
  static func start(named name: String, _ body: @escaping @Sendable () -> Void) -> Bool {
    let work = Unmanaged.passRetained(
      Work {
        blockSignals()
        setName(name)
        body()
      })
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    guard status == 0 else {
      work.release()
      return false
    }
    pthread_detach(thread)
    return true
  }

  /// Names the thread for `top` and debuggers; without a name it works as well, so that failures do not matter.
  private static func setName(_ name: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = name.withCString { write(file, $0, strlen($0)) }
    close(file)
  }

  private static func blockSignals() {
    var signals = sigset_t()
    sigfillset(&signals)
    // Faults of the thread itself stay visible.
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT] { sigdelset(&signals, fault) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
