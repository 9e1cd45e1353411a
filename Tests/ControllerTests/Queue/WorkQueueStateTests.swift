import Controller
import Testing

@Suite("WorkQueueState")
struct WorkQueueStateTests {
  typealias State = WorkQueueState<String, VirtualInstant>

  @Test("an empty queue waits for nothing")
  func empty() {
    var state = State()
    #expect(state.next(now: 0, limit: 4) == .wait(until: nil))
  }

  @Test("a key runs when it is due, not before")
  func due() {
    var state = State()
    state.add("a", at: 10)
    #expect(state.next(now: 9, limit: 4) == .wait(until: 10))
    #expect(state.next(now: 10, limit: 4) == .run("a"))
    #expect(state.next(now: 11, limit: 4) == .wait(until: nil))
  }

  @Test("a key that is added twice runs once, at the earlier time", arguments: [(5, 10), (10, 5)])
  func earliestWins(first: Int, second: Int) {
    var state = State()
    state.add("a", at: VirtualInstant(first))
    state.add("a", at: VirtualInstant(second))
    #expect(state.waitingCount == 1)
    #expect(state.next(now: 4, limit: 1) == .wait(until: 5))
    #expect(state.next(now: 5, limit: 1) == .run("a"))
    state.finish("a", again: nil)
    #expect(state.next(now: 20, limit: 1) == .wait(until: nil))
  }

  @Test("a key that is added while it runs runs again afterwards, once, and never beside itself")
  func addedWhileRunning() {
    var state = State()
    state.add("a", at: 0)
    #expect(state.next(now: 0, limit: 8) == .run("a"))
    state.add("a", at: 1)
    state.add("a", at: 2)
    #expect(state.next(now: 5, limit: 8) == .wait(until: nil))
    state.finish("a", again: 100)
    #expect(state.next(now: 5, limit: 8) == .run("a"))
    state.finish("a", again: nil)
    #expect(state.next(now: 200, limit: 8) == .wait(until: nil))
  }

  @Test("work that asks to be repeated is, unless it is due earlier already")
  func again() {
    var state = State()
    state.add("a", at: 0)
    #expect(state.next(now: 0, limit: 1) == .run("a"))
    state.finish("a", again: 30)
    #expect(state.next(now: 1, limit: 1) == .wait(until: 30))
    state.add("a", at: 2)
    #expect(state.next(now: 2, limit: 1) == .run("a"))
  }

  @Test("the key that is due longest goes first, and the limit holds")
  func orderAndLimit() {
    var state = State()
    for (key, instant) in [("c", 3), ("a", 1), ("b", 2)] { state.add(key, at: VirtualInstant(instant)) }
    #expect(state.next(now: 9, limit: 2) == .run("a"))
    #expect(state.next(now: 9, limit: 2) == .run("b"))
    #expect(state.next(now: 9, limit: 2) == .wait(until: nil))
    state.finish("a", again: nil)
    #expect(state.next(now: 9, limit: 2) == .run("c"))
  }

  @Test("a key that is removed does not run; one that runs goes on")
  func remove() {
    var state = State()
    state.add("a", at: 0)
    state.remove("a")
    #expect(state.next(now: 1, limit: 1) == .wait(until: nil))
    state.add("a", at: 0)
    #expect(state.next(now: 1, limit: 1) == .run("a"))
    state.remove("a")
    #expect(state.runningCount == 1)
  }

  @Test(
    "whatever happens in whatever order, no key runs twice at once and none that is due is forgotten", arguments: 0..<50
  )
  func anyOrder(seed: UInt64) {
    var random = SplitMix(state: seed)
    var state = State()
    var running: Set<String> = []
    var wanted: Set<String> = []
    for now in 0..<400 {
      let key = "k\(random.next() % 6)"
      switch random.next() % 4 {
      case 0, 1:
        state.add(key, at: VirtualInstant(now + Int(random.next() % 5)))
        wanted.insert(key)
      case 2:
        if let done = running.sorted().first {
          running.remove(done)
          state.finish(done, again: nil)
        }
      default: break
      }
      while case .run(let key) = state.next(now: VirtualInstant(now), limit: 3) {
        #expect(running.insert(key).inserted, "\(key) runs twice")
        wanted.remove(key)
      }
      #expect(running.count <= 3 && state.runningCount == running.count)
    }
    for key in running { state.finish(key, again: nil) }
    while case .run(let key) = state.next(now: 1000, limit: 100) { wanted.remove(key) }
    #expect(wanted.isEmpty)
  }
}

/// A generator that gives the same numbers every time: SplitMix64.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
