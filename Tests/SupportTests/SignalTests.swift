import Support
import Testing

@Suite("Signal")
struct SignalTests {
  @Test("a signal sent before the wait is kept; several count as one", .timeLimit(.minutes(5)))
  func keptUntilWaited() async {
    let signal = Signal()
    signal.send()
    signal.send()
    await signal.wait()
    // A second wait at once would hang if the two had counted as one, so it must be ended by cancellation.
    let didReturn = Guarded(false)
    let task = Task {
      await signal.wait()
      let wasCancelled = Task.isCancelled
      didReturn.withLock { $0 = true }
      return wasCancelled
    }
    for _ in 0..<100 { await Task.yield() }
    #expect(!didReturn.withLock { $0 })
    task.cancel()
    #expect(await task.value)
  }

  @Test("no wake-up is lost when sender and waiter race", .timeLimit(.minutes(5)))
  func race() async {
    // Each side goes on only when the other has signalled: one lost wake-up and the test hangs into its time limit.
    let (there, back) = (Signal(), Signal())
    let rounds = 20_000
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        for _ in 0..<rounds {
          there.send()
          await back.wait()
        }
      }
      group.addTask {
        for _ in 0..<rounds {
          await there.wait()
          back.send()
        }
      }
    }
  }

  @Test("work handed over by many senders is all seen by the waiter", .timeLimit(.minutes(5)))
  func manySenders() async {
    let signal = Signal()
    let pending = Guarded(0)
    let (senders, each) = (8, 2000)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<senders {
        group.addTask {
          for _ in 0..<each {
            pending.withLock { $0 += 1 }
            signal.send()
          }
        }
      }
      var seen = 0
      while seen < senders * each {
        seen += pending.withLock { count in
          defer { count = 0 }
          return count
        }
        if seen < senders * each { await signal.wait() }
      }
      #expect(seen == senders * each)
    }
  }

  @Test("cancellation ends a wait at any point, and the signal can be used again", .timeLimit(.minutes(5)))
  func cancellation() async {
    let signal = Signal()
    for round in 0..<2000 {
      let task = Task { await signal.wait() }
      for _ in 0..<(round % 5) { await Task.yield() }
      task.cancel()
      if round % 3 == 0 { signal.send() }
      await task.value
    }
    signal.send()
    await signal.wait()
  }
}
