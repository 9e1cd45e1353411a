internal import CLibPQ
internal import Glibc
internal import Support

/// Waits for sockets: one thread in `epoll_wait` for all connections of the process.
///
/// Each wait is a registration of its own with a token that is never used again, so an event that arrives late cannot
/// wake a later wait. The table and `epoll_ctl` change under one lock: an event cannot be seen before its table entry.
///
/// Between two waits the thread runs the jobs of tasks that prefer it: an answer of the server is then read, and the next
/// statement sent, by the thread that was woken for it.
final class Readiness: TaskExecutor {
  enum Interest: Sendable {
    case readable
    case writable
    case either
  }

  enum Outcome: Sendable, Equatable {
    case ready
    case timedOut
    case cancelled
    /// The descriptor cannot be watched: an errno.
    case failed(Int32)
  }

  /// Names the one who waits, across waits.
  typealias Owner = UInt64
  typealias Instant = ContinuousClock.Instant

  static let shared = Readiness()

  private let epoll: Int32
  private let wake: Int32
  private let table = Guarded(ReadinessTable())
  /// How many times jobs are taken before sockets and deadlines are looked at again.
  private static let rounds = 16

  private init() {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
    guard epoll >= 0, wake >= 0, cshim_epoll_add(epoll, wake, cshim_epoll_in, 0) == 0 else {
      return
    }
    // The thread lives as long as the process: this object is never freed.
    _ = PlainThread.start { [self] in run() }
  }

  /// Runs the job on the thread, soon.
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if table.withLock({ $0.enqueue(job) }) {
      notify()
    }
  }

  /// A new name for one who waits.
  func newOwner() -> Owner {
    table.withLock { $0.newToken() }
  }

  /// Waits until the descriptor is ready, `deadline` has passed, or, if `isCancellable`, the task is cancelled.
  ///
  /// A wait that is not cancellable is for draining an answer: it ends through `limit`, set by the cancel request.
  func wait(
    _ descriptor: Int32, for interest: Interest, owner: Owner, until deadline: Instant? = nil,
    isCancellable: Bool = false
  ) async -> Outcome {
    let token = newOwner()
    guard isCancellable else {
      return await withCheckedContinuation { continuation in
        register(token, descriptor, interest, owner, deadline, continuation)
      }
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        register(token, descriptor, interest, owner, deadline, continuation)
        if Task.isCancelled {
          finish(token, .cancelled)
        }
      }
    } onCancel: {
      finish(token, .cancelled)
    }
  }

  /// Waits for nothing but the deadline or the owner's limit; not cancellable.
  func pause(_ owner: Owner, until deadline: Instant) async {
    let token = newOwner()
    _ = await withCheckedContinuation { continuation in
      register(token, nil, .readable, owner, deadline, continuation)
    }
  }

  /// Ends the owner's present and future waits at `deadline`, until the limit is lifted.
  func limit(_ owner: Owner, until deadline: Instant) {
    table.withLock { $0.limit(owner, until: deadline) }
    notify()
  }

  /// Takes the owner's limit away.
  func liftLimit(_ owner: Owner) {
    table.withLock { $0.liftLimit(owner) }
  }

  private func register(
    _ token: UInt64, _ descriptor: Int32?, _ interest: Interest, _ owner: Owner, _ deadline: Instant?,
    _ continuation: CheckedContinuation<Outcome, Never>
  ) {
    let (failure, isUrgent) = table.withLock { table -> (Int32?, Bool) in
      let events = interest.events | cshim_epoll_oneshot
      if let descriptor, cshim_epoll_add(epoll, descriptor, events, token) != 0 {
        return (errno, false)
      }
      let isUrgent = table.insert(
        token, .init(owner: owner, descriptor: descriptor, deadline: deadline, continuation: continuation))
      return (nil, isUrgent)
    }
    if let failure {
      continuation.resume(returning: .failed(failure))
    } else if isUrgent {
      notify()
    }
  }

  private func finish(_ token: UInt64, _ outcome: Outcome) {
    let continuation = table.withLock { table -> CheckedContinuation<Outcome, Never>? in
      guard let registration = table.remove(token) else {
        return nil
      }
      if let descriptor = registration.descriptor {
        _ = cshim_epoll_remove(epoll, descriptor)
      }
      return registration.continuation
    }
    continuation?.resume(returning: outcome)
  }

  /// Makes the thread look at the deadlines again.
  private func notify() {
    var one: UInt64 = 1
    _ = write(wake, &one, MemoryLayout<UInt64>.size)
  }

  private func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 64)
    while true {
      runJobs()
      let timeout = table.withLock { $0.sleep(from: .now) }
      let count = epoll_wait(epoll, &events, Int32(events.count), timeout)
      guard count >= 0 || errno == EINTR else {
        return
      }
      table.withLock { $0.wake() }
      for index in 0..<Int(max(count, 0)) {
        let token = withUnsafePointer(to: &events[index]) { cshim_epoll_token($0) }
        if token == 0 {
          var drained: UInt64 = 0
          _ = read(wake, &drained, MemoryLayout<UInt64>.size)
        } else {
          finish(token, .ready)
        }
      }
      for token in table.withLock({ $0.expired(at: .now) }) {
        finish(token, .timedOut)
      }
    }
  }
}

extension Readiness {
  private func runJobs() {
    for _ in 0..<Self.rounds {
      let jobs = table.withLock { $0.takeJobs() }
      guard !jobs.isEmpty else {
        return
      }
      for job in jobs {
        job.runSynchronously(on: asUnownedTaskExecutor())
      }
    }
  }
}

extension Readiness.Interest {
  fileprivate var events: UInt32 {
    switch self {
    case .readable: cshim_epoll_in
    case .writable: cshim_epoll_out
    case .either: cshim_epoll_in | cshim_epoll_out
    }
  }
}
