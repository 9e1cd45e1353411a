internal import Support

/// The one thread that all transfers of a client run on: a mailbox, and turns of libcurl's multi interface.
///
/// Other threads only post commands and wake the thread; every other call to libcurl happens on the thread.
final class HTTPLoop: Sendable {
  enum Command: Sendable {
    case start(Transfer)
    case stop(Transfer)
    /// The reader took bytes of a paused transfer.
    case resume(Transfer)
  }

  /// Whether the thread goes on.
  enum Ending: Sendable {
    case no
    /// As soon as no transfer is left: nobody can send another one.
    case whenIdle
    case now
  }

  private struct Mailbox {
    var commands: [Command] = []
    var ending = Ending.no
    /// Set while the multi handle lives: waking a freed handle would be a use after free.
    var waker: MultiWaker?
    var hasEnded = false
    var endWaiters: [CheckedContinuation<Void, Never>] = []
  }

  private let mailbox = Guarded(Mailbox())

  func startThread(named name: String) {
    guard LoopThread.start(named: name, { self.run() }) else {
      finishEnding(reason: "the system refused a thread for HTTP; raise the limit on processes")
      return
    }
  }

  /// Hands a command to the thread; after the end, a start fails and the rest is without effect.
  func post(_ command: Command) {
    let isTooLate = mailbox.withLock { mailbox in
      guard !mailbox.hasEnded, mailbox.ending != .now else { return true }
      mailbox.commands.append(command)
      // The wake-up is one non-blocking write; it is inside the lock because the thread frees its target.
      mailbox.waker?.wake()
      return false
    }
    if isTooLate, case .start(let transfer) = command { fail(transfer) }
  }

  func requestEnd(failingTransfers: Bool) {
    mailbox.withLock { mailbox in
      mailbox.ending = failingTransfers || mailbox.ending == .now ? .now : .whenIdle
      mailbox.waker?.wake()
    }
  }

  /// Ends the thread and waits for it.
  func end() async {
    requestEnd(failingTransfers: true)
    await withCheckedContinuation { continuation in
      let hasEnded = mailbox.withLock { mailbox in
        if !mailbox.hasEnded { mailbox.endWaiters.append(continuation) }
        return mailbox.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }

  private func fail(_ transfer: Transfer, reason: String = "the HTTP client was closed; the process is ending") {
    transfer.finish(.failed(transfer.error(.closed, reason)))
  }
}

// MARK: - On the thread

extension HTTPLoop {
  private func run() {
    let reason: String
    do throws(CurlFailure) {
      let multi = try MultiHandle()
      mailbox.withLock { $0.waker = multi.waker }
      var active = ActiveTransfers()
      takeTurns(multi, &active)
      // From here on nobody wakes the handle, which may be freed.
      mailbox.withLock { mailbox in
        mailbox.ending = .now
        mailbox.waker = nil
      }
      for transfer in active.removeAll(from: multi) { fail(transfer) }
      reason = "the HTTP client was closed; the process is ending"
    } catch {
      reason = "libcurl could not start: \(error.text); check the installation of libcurl"
    }
    finishEnding(reason: reason)
  }

  private func takeTurns(_ multi: borrowing MultiHandle, _ active: inout ActiveTransfers) {
    while true {
      let (commands, ending) = mailbox.withLock { mailbox in
        let commands = mailbox.commands
        mailbox.commands = []
        return (commands, mailbox.ending)
      }
      for command in commands { active.handle(command, multi) }
      if ending == .now || (ending == .whenIdle && active.isEmpty) { return }
      multi.perform()
      active.finishDone(multi)
      active.endSilent(multi, now: .now)
      multi.poll(upTo: active.longestWait(now: .now))
    }
  }

  private func finishEnding(reason: String) {
    let (commands, waiters) = mailbox.withLock { mailbox in
      mailbox.hasEnded = true
      defer {
        mailbox.commands = []
        mailbox.endWaiters = []
      }
      return (mailbox.commands, mailbox.endWaiters)
    }
    for case .start(let transfer) in commands { fail(transfer, reason: reason) }
    for waiter in waiters { waiter.resume() }
  }
}
