import Glibc
import Support
import Testing

@Suite("BlockingWork")
struct BlockingWorkTests {
  private struct Refusal: Error, Equatable {}

  @Test("a result comes back, an error comes back with its type")
  func results() async {
    #expect(await BlockingWork.run { () throws(Never) -> Int in 42 } == 42)
    do throws(Refusal) {
      try await BlockingWork.run { () throws(Refusal) -> Void in throw Refusal() }
      Issue.record("nothing was thrown")
    } catch {
      #expect(error == Refusal())
    }
  }

  @Test(
    "more calls than the pool has threads can block at once, and the pool goes on meanwhile", .timeLimit(.minutes(5)))
  func offThePool() async {
    let count = 64
    let arrived = Guarded(0)
    let isOpen = Guarded(false)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<count {
        group.addTask {
          await BlockingWork.run { () throws(Never) in
            arrived.withLock { $0 += 1 }
            while !isOpen.withLock({ $0 }) { usleep(1000) }
          }
        }
      }
      // Reached only if all of them block at the same time and a pool thread is left for this loop.
      while arrived.withLock({ $0 }) < count { await Task.yield() }
      isOpen.withLock { $0 = true }
    }
    #expect(arrived.withLock { $0 } == count)
  }

  @Test("each call has a thread of its own")
  func ownThread() async {
    let caller = Guarded(Set<UInt>())
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          await BlockingWork.run { () throws(Never) in
            caller.withLock { _ = $0.insert(UInt(pthread_self())) }
            let mine = UInt(pthread_self())
            #expect(caller.withLock { $0.contains(mine) })
          }
        }
      }
    }
    let here = UInt(pthread_self())
    #expect(!caller.withLock { $0.contains(here) })
  }
}
