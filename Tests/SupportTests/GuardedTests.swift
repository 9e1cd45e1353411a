import Support
import Testing

@Suite("Guarded")
struct GuardedTests {
  @Test("no change is lost when many tasks change one value")
  func manyTasks() async {
    let counter = Guarded(0)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask {
          for _ in 0..<1000 { counter.withLock { $0 += 1 } }
        }
      }
    }
    #expect(counter.withLock { $0 } == 100_000)
  }

  private struct Refusal: Error, Equatable {}

  @Test("an error passes through, keeps its type and gives the lock back")
  func errors() {
    let value = Guarded([1])
    do throws(Refusal) {
      try value.withLock { value throws(Refusal) in
        value.append(2)
        throw Refusal()
      }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == Refusal())
    }
    #expect(value.withLock { $0 } == [1, 2])
  }

  private final class Witness: Sendable {
    let onDeinit: @Sendable () -> Void
    init(_ onDeinit: @escaping @Sendable () -> Void) { self.onDeinit = onDeinit }
    deinit { onDeinit() }
  }

  @Test("the value goes when the guard goes")
  func release() {
    let released = Guarded(false)
    do {
      let held = Guarded(Witness { released.withLock { $0 = true } })
      held.withLock { _ in #expect(!released.withLock { $0 }) }
    }
    #expect(released.withLock { $0 })
  }
}
