@testable import Controller
import Kubernetes
import Testing

@Suite("ShardMembership")
struct ShardMembershipTests {
  private static let timings = LeaseTimings.standard

  /// What one replica sees, with time in its hands.
  private struct View {
    let layout: ShardLayout
    var membership: ShardMembership
    var now = Duration.seconds(100)

    init(_ identity: String, of count: Int) {
      layout = ShardLayout(election: "e", count: count)
      membership = ShardMembership(layout: layout, identity: identity, timings: ShardMembershipTests.timings)
    }

    @discardableResult
    mutating func see(_ name: String, _ holder: String?, since: Int = 0, renewed: Int = 0) throws -> Bool {
      let lease = holder.map {
        Lease(
          metadata: ObjectMetadata(name: name),
          spec: .init(
            holderIdentity: $0, leaseDurationSeconds: 15, acquireTime: "2026-01-01T00:00:0\(since).000000Z",
            renewTime: "\(renewed)"))
      }
      return membership.observe(try #require(layout.role(ofLease: name)), lease, at: now)
    }

    var decision: ShardMembership.Decision { membership.decision(at: now) }

    /// As if every Lease was renewed, until `duration` has passed.
    mutating func pass(_ duration: Duration, renewing holders: [String: String] = [:]) throws {
      now += duration
      for (name, holder) in holders { try see(name, holder, renewed: Int(now.components.seconds)) }
    }
  }

  private static func members(_ identities: [String], of count: Int = 7) -> [String: String] {
    Dictionary(uniqueKeysWithValues: identities.enumerated().map { ("e-member-\($0.offset)-of-\(count)", $0.element) })
  }

  @Test("an undivided election is campaigned for at once, whoever else does")
  func undivided() throws {
    var view = View("a", of: 1)
    #expect(view.decision == .init(preferred: [0], mayTake: true))
    try view.see("e", "b")
    #expect(view.decision.preferred == [0] && view.decision.mayTake)
  }

  @Test("three members each prefer their own part of seven shards, and together all of them")
  func three() throws {
    let members = Self.members(["a", "b", "c"])
    let parts = try ["a", "b", "c"].map { identity in
      var view = View(identity, of: 7)
      for (name, holder) in members { try view.see(name, holder) }
      #expect(view.decision.preferred.isEmpty && view.decision.lookAgain == .seconds(2), "they see each other first")
      try view.pass(.seconds(2), renewing: members)
      #expect(view.decision.mayTake)
      return view.decision.preferred
    }
    #expect(parts.map(\.count).sorted() == [2, 2, 3])
    #expect(parts.reduce(Set()) { $0.union($1) } == Set(0..<7))
  }

  @Test("who has no member Lease takes nothing")
  func stranger() throws {
    var view = View("z", of: 7)
    try view.see("e-member-0-of-7", "a")
    try view.pass(.seconds(3))
    #expect(view.decision.preferred.isEmpty && !view.decision.mayTake && view.decision.waitingFor == nil)
  }

  @Test("a member that is silent has its part until its Lease has run out by what is seen here; then others have it")
  func silent() throws {
    var view = View("a", of: 7)
    let all = Self.members(["a", "b"])
    for (name, holder) in all { try view.see(name, holder) }
    try view.pass(.seconds(10), renewing: all)
    let before = view.decision
    #expect(before.preferred.count < 7 && before.lookAgain == .seconds(15))
    try view.pass(.milliseconds(14_999), renewing: ["e-member-0-of-7": "a"])
    #expect(view.decision.preferred == before.preferred && view.decision.lookAgain == .milliseconds(1))
    try view.pass(.milliseconds(1))
    #expect(view.decision.preferred == Set(0..<7) && view.decision.mayTake)
  }

  @Test("a member that gives its Lease back is gone at once, and its slot is free")
  func released() throws {
    var view = View("a", of: 7)
    for (name, holder) in Self.members(["a", "b"]) { try view.see(name, holder) }
    try view.pass(.seconds(2))
    #expect(try view.see("e-member-1-of-7", ""))
    #expect(view.decision.preferred == Set(0..<7))
    #expect(try !view.see("e-member-1-of-7", nil))
  }

  @Test("a newcomer takes its part, and the others give it up, at the same time")
  func newcomer() throws {
    var old = View("a", of: 7)
    try old.see("e-member-0-of-7", "a")
    try old.pass(.seconds(5), renewing: ["e-member-0-of-7": "a"])
    var new = View("b", of: 7)
    new.now = old.now
    for (name, holder) in Self.members(["a", "b"]) {
      try old.see(name, holder)
      try new.see(name, holder)
    }
    #expect(old.decision.preferred == Set(0..<7) && old.decision.lookAgain == .seconds(2))
    #expect(new.decision.preferred.isEmpty)
    try old.pass(.seconds(2))
    try new.pass(.seconds(2))
    #expect(old.decision.preferred.isDisjoint(with: new.decision.preferred))
    #expect(old.decision.preferred.union(new.decision.preferred) == Set(0..<7))
  }

  @Test("a mere renewal is no news, one of a member that was thought dead is")
  func news() throws {
    var view = View("a", of: 7)
    #expect(try view.see("e-member-1-of-7", "b"))
    view.now += .seconds(5)
    #expect(try !view.see("e-member-1-of-7", "b", renewed: 1))
    view.now += .seconds(16)
    #expect(try view.see("e-member-1-of-7", "b", renewed: 2))
    #expect(try view.see("e-member-1-of-7", "c", renewed: 2))
  }

  @Test("the lowest slot is taken that no live member has")
  func slots() throws {
    var view = View("z", of: 7)
    #expect(view.membership.freeSlot(at: view.now) == 0)
    for (name, holder) in Self.members(["a", "b", "c"]) { try view.see(name, holder) }
    try view.see("e-member-3-of-5", "d")
    #expect(view.membership.freeSlot(at: view.now) == 3)
    try view.see("e-member-1-of-7", "")
    #expect(view.membership.freeSlot(at: view.now) == 1)
    #expect(view.membership.isTaken(slot: 0, at: view.now) && !view.membership.isTaken(slot: 1, at: view.now))
    try view.see("e-member-1-of-7", "z")
    #expect(view.membership.freeSlot(at: view.now) == 1 && !view.membership.isTaken(slot: 1, at: view.now))
  }

  // MARK: Another number of shards

  @Test("who divides otherwise than the oldest member waits until all of the older ones are gone")
  func rollingUpdate() throws {
    var new = View("new", of: 3)
    try new.see("e-member-0-of-7", "old", since: 1)
    try new.see("e-member-0-of-3", "new", since: 2)
    try new.pass(.seconds(5), renewing: [:])
    #expect(new.decision.preferred.isEmpty && !new.decision.mayTake && new.decision.waitingFor == "old")
    // Its member Lease is given back first, and the shard only when the run has ended.
    try new.see("e-shard-6-of-7", "old", since: 1)
    try new.see("e-member-0-of-7", "")
    #expect(new.decision.preferred == [0, 1, 2] && !new.decision.mayTake && new.decision.waitingFor == "old")
    try new.see("e-shard-6-of-7", "")
    #expect(new.decision.mayTake && new.decision.waitingFor == nil)
  }

  @Test("the older ones go on, and take over from each other, whoever waits")
  func oldOnes() throws {
    var old = View("a", of: 7)
    for (name, holder) in Self.members(["a", "b"]) { try old.see(name, holder, since: 1) }
    try old.pass(.seconds(2))
    try old.see("e-member-0-of-3", "new", since: 2)
    let part = old.decision
    #expect(part.mayTake && !part.preferred.isEmpty && part.preferred.count < 7)
    try old.see("e-member-1-of-7", "")
    #expect(old.decision.preferred == Set(0..<7) && old.decision.mayTake)
  }

  @Test("from one shard to several: the leader goes on, and the others wait for it")
  func fromOne() throws {
    var leader = View("old", of: 1)
    var new = View("new", of: 7)
    for (name, holder, since) in [("e", "old", 1), ("e-member-0-of-7", "new", 2)] {
      try leader.see(name, holder, since: since)
      try new.see(name, holder, since: since)
    }
    try new.pass(.seconds(3))
    #expect(leader.decision.preferred == [0] && leader.decision.mayTake)
    #expect(new.decision.preferred.isEmpty && new.decision.waitingFor == "old")
    // One that stands by does not take over from the leader now: it would be younger than those who wait.
    var standby = View("standby", of: 1)
    try standby.see("e-member-0-of-7", "new", since: 2)
    #expect(standby.decision.preferred.isEmpty && standby.decision.waitingFor == "new")
    try new.see("e", "")
    #expect(new.decision.preferred == Set(0..<7) && new.decision.mayTake)
  }

  @Test("from several shards to one: nothing is taken before the last shard is given back")
  func toOne() throws {
    var view = View("new", of: 1)
    try view.see("e-member-0-of-7", "old")
    try view.see("e-shard-2-of-7", "old")
    #expect(view.decision.preferred.isEmpty && view.decision.waitingFor == "old")
    try view.see("e-member-0-of-7", "")
    #expect(view.decision.preferred.isEmpty && view.decision.waitingFor == "old")
    try view.see("e-shard-2-of-7", "")
    #expect(view.decision.preferred == [0] && view.decision.mayTake)
  }

  @Test("two that start together and divide differently agree on who waits")
  func together() throws {
    let waiting = try [("a", 3), ("b", 7)].map { identity, count in
      var view = View(identity, of: count)
      try view.see("e-member-0-of-3", "a", since: 1)
      try view.see("e-member-0-of-7", "b", since: 1)
      try view.pass(.seconds(3))
      return view.decision.waitingFor
    }
    #expect(waiting == [nil, "a"], "at the same time, by name")
  }
}
