@testable import Controller
import Kubernetes
import Support
import Testing

@Suite("WorkAllowance", .timeLimit(.minutes(5)))
struct WorkAllowanceTests {
  @Test("two queues together work on as much at once as it allows, and both get their turns")
  func shared() async {
    let allowance = WorkAllowance(total: 2)
    let counts = Guarded((now: 0, most: 0, done: 0))
    await withTaskGroup(of: Void.self) { group in
      let queues = (0..<2).map { _ in WorkQueue(limits: WorkLimits(total: 8), allowance: allowance) }
      for (index, queue) in queues.enumerated() {
        queue.add((0..<50).map { ObjectKey(namespace: "q\(index)", name: "\($0)") })
        group.addTask {
          await queue.run { _ in
            counts.withLock { counts in
              counts.now += 1
              counts.most = max(counts.most, counts.now)
            }
            await Task.yield()
            let done = counts.withLock { counts in
              counts.now -= 1
              counts.done += 1
              return counts.done
            }
            if done == 100 { for queue in queues { queue.stop() } }
            return nil
          }
        }
      }
    }
    #expect(counts.withLock { $0.most } == 2 && counts.withLock { $0.done } == 100)
  }

  @Test("a queue that waits for room still stops at once")
  func stopped() async {
    let allowance = WorkAllowance(total: 1)
    let signal = Signal()
    #expect(allowance.take(else: signal) && !allowance.take(else: signal))
    let queue = WorkQueue(limits: WorkLimits(total: 1), allowance: allowance)
    queue.add(ObjectKey(namespace: "n", name: "a"))
    queue.stop()
    await queue.run { _ in
      Issue.record("there is no room")
      return nil
    }
    allowance.giveBack()
    await signal.wait()
  }
}
