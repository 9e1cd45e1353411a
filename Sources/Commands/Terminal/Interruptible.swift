internal import Glibc
internal import Support
internal import UnixSignals

/// Work that SIGINT and SIGTERM end: the first signal cancels it, the second one ends the process at once.
enum Interruptible {
  /// Runs `body`; at the first signal `onSignal` is told and the task of `body` cancelled.
  ///
  /// - Returns: what `body` returned, and the number of the signal if there was one.
  static func run<Value: Sendable>(
    onSignal: @escaping @Sendable (CInt) -> Void, _ body: @escaping @Sendable () async -> Value
  ) async -> (value: Value, signal: CInt?) {
    // A reader that goes away must not end a migration.
    signal(SIGPIPE, SIG_IGN)
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let received = Guarded<CInt?>(nil)
    let cancellation = Signal()
    let value = await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for await signal in signals {
          guard received.withLock({ $0 == nil }) else { endAtOnce(signal.rawValue) }
          received.withLock { $0 = signal.rawValue }
          onSignal(signal.rawValue)
          cancellation.send()
        }
      }
      let value = await cancellable(by: cancellation, body)
      group.cancelAll()
      return value
    }
    return (value, received.withLock { $0 })
  }

  private static func cancellable<Value: Sendable>(
    by cancellation: Signal, _ body: @escaping @Sendable () async -> Value
  ) async -> Value {
    await withTaskGroup(of: Void.self) { group in
      // Of the two tasks the one that waits for the signal may be cancelled alone; the other holds the result.
      let result = Guarded<Value?>(nil)
      group.addTask {
        let value = await body()
        result.withLock { $0 = value }
        cancellation.send()
      }
      await cancellation.wait()
      if result.withLock({ $0 == nil }) { group.cancelAll() }
      await group.waitForAll()
      guard let value = result.withLock({ $0 }) else { preconditionFailure("the task of the body has ended") }
      return value
    }
  }

  private static func endAtOnce(_ number: CInt) -> Never {
    ProgramGroups.killAll()
    OutputStream.standardError.write(
      "\nEnded at once; the server notices within seconds and rolls back what was not committed.\n")
    _exit(ExitStatus.ended(by: number))
  }
}
