import Controller
import Kubernetes
import Support
import Testing

@Suite("WorkQueue", .timeLimit(.minutes(5)))
struct WorkQueueTests {
  private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "dev", name: name) }

  @Test("many adds of one key never run it twice at once, and the last add is seen")
  func oneWorkerForAKey() async {
    let queue = WorkQueue(limits: WorkLimits(total: 8))
    let (running, most, seen, wanted) = (Guarded(0), Guarded(0), Guarded(0), Guarded(0))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await queue.run { _ in
          let now = running.withLock { count in
            count += 1
            return count
          }
          most.withLock { $0 = max($0, now) }
          let value = wanted.withLock { $0 }
          await Task.yield()
          running.withLock { $0 -= 1 }
          seen.withLock { $0 = value }
          if value == 500 { queue.stop() }
          return nil
        }
      }
      for _ in 0..<500 {
        wanted.withLock { $0 += 1 }
        queue.add(key("a"))
        await Task.yield()
      }
    }
    #expect(most.withLock { $0 } == 1)
    #expect(seen.withLock { $0 } == 500)
  }

  @Test("stop lets what runs end and starts nothing more")
  func stop() async {
    let queue = WorkQueue(limits: WorkLimits(total: 1))
    let (started, ended) = (Guarded<[String]>([]), Guarded<[String]>([]))
    queue.add(key("a"))
    queue.add(key("b"), after: .milliseconds(1))
    await queue.run { key in
      started.withLock { $0.append(key.name) }
      queue.stop()
      for _ in 0..<50 { await Task.yield() }
      #expect(!Task.isCancelled)
      ended.withLock { $0.append(key.name) }
      return .retry(after: .zero)
    }
    #expect(started.withLock { $0 } == ["a"])
    #expect(ended.withLock { $0 } == ["a"])
  }

  @Test("cancelling ends the queue and cancels the work under way")
  func cancellation() async {
    let queue = WorkQueue(limits: WorkLimits(total: 2))
    let (started, wasCancelled) = (Signal(), Guarded(false))
    queue.add(key("a"))
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        await queue.run { _ in
          started.send()
          try? await Task.sleep(for: .seconds(3600))
          wasCancelled.withLock { $0 = Task.isCancelled }
          return nil
        }
      }
      await started.wait()
      group.cancelAll()
    }
    #expect(wasCancelled.withLock { $0 })
  }

  @Test("cancelling an idle queue, or one that waits for a time, ends it", arguments: [false, true])
  func cancelIdle(hasWork: Bool) async {
    let queue = WorkQueue(limits: WorkLimits(total: 2))
    if hasWork { queue.add(key("a"), after: .seconds(3600)) }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await queue.run { _ in nil } }
      for _ in 0..<20 { await Task.yield() }
      group.cancelAll()
    }
  }

  @Test("a delay is waited for, and an earlier add shortens it")
  func delays() async {
    let queue = WorkQueue(limits: WorkLimits(total: 2))
    let clock = ContinuousClock()
    let start = clock.now
    queue.add(key("late"), after: .seconds(3600))
    queue.add(key("soon"), after: .milliseconds(30))
    let order = Guarded<[String]>([])
    await queue.run { key in
      order.withLock { $0.append(key.name) }
      if key.name == "soon" { queue.add(self.key("late")) } else { queue.stop() }
      return nil
    }
    #expect(order.withLock { $0 } == ["soon", "late"])
    #expect(clock.now - start >= .milliseconds(30))
  }

  @Test("work that asks for it runs again")
  func again() async {
    let queue = WorkQueue(limits: WorkLimits(total: 1))
    let count = Guarded(0)
    queue.add(key("a"))
    await queue.run { _ in
      let done = count.withLock { count in
        count += 1
        return count
      }
      guard done < 5 else {
        queue.stop()
        return nil
      }
      return .resync(after: .milliseconds(1))
    }
    #expect(count.withLock { $0 } == 5)
  }
}
