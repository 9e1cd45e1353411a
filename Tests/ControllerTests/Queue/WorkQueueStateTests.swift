@testable import Controller
import Testing

@Suite("WorkQueueState")
struct WorkQueueStateTests {
  typealias State = WorkQueueState<String, VirtualInstant>

  @Test("an empty queue waits for nothing")
  func empty() {
    var state = State()
    #expect(state.next(now: 0, limits: WorkLimits(total: 4)) == .wait(until: nil))
  }

  @Test("a key runs when it is due, not before")
  func due() {
    var state = State()
    state.add("a", at: 10)
    #expect(state.next(now: 9, limits: WorkLimits(total: 4)) == .wait(until: 10))
    #expect(state.next(now: 10, limits: WorkLimits(total: 4)) == .run("a"))
    #expect(state.next(now: 11, limits: WorkLimits(total: 4)) == .wait(until: nil))
  }

  @Test("a key that is added twice runs once, at the earlier time", arguments: [(5, 10), (10, 5)])
  func earliestWins(first: Int, second: Int) {
    var state = State()
    state.add("a", at: VirtualInstant(first))
    state.add("a", at: VirtualInstant(second))
    #expect(state.waitingCount == 1)
    #expect(state.next(now: 4, limits: WorkLimits(total: 1)) == .wait(until: 5))
    #expect(state.next(now: 5, limits: WorkLimits(total: 1)) == .run("a"))
    state.finish("a", again: nil)
    #expect(state.next(now: 20, limits: WorkLimits(total: 1)) == .wait(until: nil))
  }

  @Test("a key that is added while it runs runs again afterwards, once, and never beside itself")
  func addedWhileRunning() {
    var state = State()
    state.add("a", at: 0)
    #expect(state.next(now: 0, limits: WorkLimits(total: 8)) == .run("a"))
    state.add("a", at: 1)
    state.add("a", at: 2)
    #expect(state.next(now: 5, limits: WorkLimits(total: 8)) == .wait(until: nil))
    state.finish("a", again: 100)
    #expect(state.next(now: 5, limits: WorkLimits(total: 8)) == .run("a"))
    state.finish("a", again: nil)
    #expect(state.next(now: 200, limits: WorkLimits(total: 8)) == .wait(until: nil))
  }

  @Test("work that asks to be repeated is, unless it is due earlier already")
  func again() {
    var state = State()
    state.add("a", at: 0)
    #expect(state.next(now: 0, limits: WorkLimits(total: 1)) == .run("a"))
    state.finish("a", again: 30)
    #expect(state.next(now: 1, limits: WorkLimits(total: 1)) == .wait(until: 30))
    state.add("a", at: 2)
    #expect(state.next(now: 2, limits: WorkLimits(total: 1)) == .run("a"))
  }

  @Test("the key that is due longest goes first, and the limit holds")
  func orderAndLimit() {
    var state = State()
    for (key, instant) in [("c", 3), ("a", 1), ("b", 2)] { state.add(key, at: VirtualInstant(instant)) }
    #expect(state.next(now: 9, limits: WorkLimits(total: 2)) == .run("a"))
    #expect(state.next(now: 9, limits: WorkLimits(total: 2)) == .run("b"))
    #expect(state.next(now: 9, limits: WorkLimits(total: 2)) == .wait(until: nil))
    state.finish("a", again: nil)
    #expect(state.next(now: 9, limits: WorkLimits(total: 2)) == .run("c"))
  }

  @Test("a key that is removed does not run; one that runs goes on")
  func remove() {
    var state = State()
    state.add("a", at: 0)
    state.remove("a")
    #expect(state.next(now: 1, limits: WorkLimits(total: 1)) == .wait(until: nil))
    state.add("a", at: 0)
    #expect(state.next(now: 1, limits: WorkLimits(total: 1)) == .run("a"))
    state.remove("a")
    #expect(state.runningCount == 1)
  }

  @Test("adding a key again raises its priority and never lowers it")
  func priorityRises() {
    var state = State()
    state.add("low", at: 0, priority: .low)
    state.add("raised", at: 1, priority: .low)
    state.add("raised", at: 9, priority: .normal)
    state.add("raised", at: 9, priority: .low)
    #expect(state.next(now: 10, limits: WorkLimits(total: 9)) == .run("raised"))
    #expect(state.next(now: 10, limits: WorkLimits(total: 9)) == .run("low"))
    #expect(state.waitingCount == 0)
  }

  @Test("normal priority goes first, and one of low priority goes after seven of them, so that none starves")
  func noStarvation() {
    var state = State()
    for number in 0..<3 { state.add("low-\(number)", at: 0, priority: .low) }
    for number in 0..<20 { state.add("normal-\(number)", at: 5) }
    var order: [String] = []
    while case .run(let key) = state.next(now: 6, limits: WorkLimits(total: 99)) { order.append(key) }
    #expect(order.count == 23)
    #expect(order.indices.filter { order[$0].hasPrefix("low") } == [7, 15, 22])
    #expect(order.filter { $0.hasPrefix("normal") } == (0..<20).map { "normal-\($0)" })
  }

  @Test("a full group holds back its own keys only, and goes on in order when one of them ends")
  func groups() {
    var state = State()
    let limits = WorkLimits(total: 10, perGroup: 2)
    let group: (String) -> String? = { $0.first.map(String.init) }
    for (instant, key) in ["a1", "a2", "a3", "a4", "b1"].enumerated() { state.add(key, at: VirtualInstant(instant)) }
    func next() -> State.Next { state.next(now: 9, limits: limits, group: group) }
    #expect([next(), next(), next(), next()] == [.run("a1"), .run("a2"), .run("b1"), .wait(until: nil)])
    #expect(state.dueCount(.normal) == 2)
    state.finish("b1", again: nil)
    #expect(next() == .wait(until: nil))
    state.finish("a2", again: 5)
    #expect([next(), next()] == [.run("a3"), .wait(until: nil)])
    state.finish("a1", again: nil)
    state.finish("a3", again: nil)
    #expect([next(), next(), next()] == [.run("a4"), .run("a2"), .wait(until: nil)])
    #expect(state.dueCount(.normal) == 0)
  }

  @Test("a free place in a group is used although the key that was to have it went, or went to another group")
  func parkedKeysThatGo() {
    var state = State()
    let limits = WorkLimits(total: 10, perGroup: 1)
    var groups = ["a1": "a", "a2": "a", "a3": "a", "a4": "a"]
    for key in ["a1", "a2", "a3", "a4"] { state.add(key, at: 0) }
    func next() -> State.Next { state.next(now: 1, limits: limits) { groups[$0] } }
    #expect([next(), next()] == [.run("a1"), .wait(until: nil)])
    state.remove("a2")
    groups["a3"] = "b"
    state.finish("a1", again: nil)
    #expect([next(), next(), next()] == [.run("a3"), .run("a4"), .wait(until: nil)])
  }

  @Test("the counts of due keys follow the priority, and what is delayed is not due")
  func dueCounts() {
    var state = State()
    state.add("a", at: 0)
    state.add("b", at: 0, priority: .low)
    state.add("c", at: 0, priority: .low)
    state.add("d", at: 50)
    #expect(state.next(now: 1, limits: WorkLimits(total: 1)) == .run("a"))
    #expect((state.dueCount(.low), state.dueCount(.normal)) == (2, 0))
    state.add("c", at: 1, priority: .normal)
    state.remove("b")
    _ = state.next(now: 1, limits: WorkLimits(total: 1))
    #expect((state.dueCount(.low), state.dueCount(.normal)) == (0, 1))
    #expect(state.work["a"] == .init(dueSince: 0, startedAt: 1, group: nil))
  }

  @Test("a key that is asked for again and again leaves no memory behind, and 10,000 keys cost little each")
  func manyAndOften() {
    var state = State()
    for number in 0..<10_000 { state.add("k\(number)", at: VirtualInstant(number), priority: .low) }
    let time = ContinuousClock().measure {
      for round in 0..<20_000 {
        state.add("often", at: VirtualInstant(1_000_000 - round))
        if round % 2 == 0, case .run(let key) = state.next(now: VirtualInstant(round), limits: WorkLimits(total: 9)) {
          state.finish(key, again: VirtualInstant(round + 10_000), priority: .low)
        }
      }
    }
    #expect(state.waitingCount == 10_001)
    #expect(state.slotCount <= 2 * 10_001 + 1024)
    // Walks over all keys for each of them take minutes.
    #expect(time < .seconds(20))
  }

  @Test(
    "whatever happens in whatever order, no key runs twice at once, limits hold, and none that is due is forgotten",
    arguments: 0..<100)
  func anyOrder(seed: UInt64) {
    var random = SplitMix(state: seed)
    var state = State()
    let limits = WorkLimits(total: 4, perGroup: 2)
    var groups: [String: String] = [:]
    var running: [String: String] = [:]
    var wanted: Set<String> = []
    for now in 0..<400 {
      let key = "k\(random.next() % 12)"
      switch random.next() % 8 {
      case 0, 1, 2, 3:
        let priority: WorkPriority = random.next() % 2 == 0 ? .low : .normal
        state.add(key, at: VirtualInstant(now + Int(random.next() % 5)), priority: priority)
        wanted.insert(key)
      case 4, 5:
        if let done = running.keys.sorted().first {
          running[done] = nil
          state.finish(done, again: nil)
        }
      case 6:
        state.remove(key)
        wanted.remove(key)
      default: groups[key] = "g\(random.next() % 3)"
      }
      while case .run(let key) = state.next(now: VirtualInstant(now), limits: limits, group: { groups[$0] }) {
        #expect(running[key] == nil, "\(key) runs twice")
        running[key] = groups[key] ?? ""
        wanted.remove(key)
      }
      #expect(running.count <= 4 && state.runningCount == running.count)
      for name in ["g0", "g1", "g2"] { #expect(running.values.count { $0 == name } <= 2) }
    }
    while !wanted.isEmpty {
      for key in running.keys { state.finish(key, again: nil) }
      running = [:]
      while case .run(let key) = state.next(now: 1000, limits: limits, group: { groups[$0] }) {
        wanted.remove(key)
        running[key] = ""
      }
      guard !running.isEmpty else { break }
    }
    #expect(wanted.isEmpty)
    #expect(state.dueCount(.low) + state.dueCount(.normal) == state.waitingCount)
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
