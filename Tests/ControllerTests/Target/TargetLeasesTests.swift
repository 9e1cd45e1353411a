@testable import Controller
import Kubernetes
import Logging
import MigrationEngine
import Support
import Testing

@Suite("TargetLeases", .timeLimit(.minutes(5)))
struct TargetLeasesTests {
  private static let target = "citus:5432/app"
  private let lease = TargetLeases.name(of: target)
  private let key = ObjectKey(namespace: "dev", name: "betting")
  private let installation = Installation(leaseUID: "0a1b2c3d-0000")
  private let isLeading = Guarded(true)
  private let looks = Guarded<[Duration]>([])

  private func with(_ body: (LeaseAPI, TargetLeases) async throws -> Void) async throws {
    let api = try LeaseAPI()
    let leases = TargetLeases(
      client: api.client, namespace: "n", identity: "me", timings: .standard,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    leases.begin(
      .init(installation: installation, isLeading: { [isLeading] in isLeading.withLock { $0 } }) {
        [looks, key] found, delay in
        #expect(found == key)
        looks.withLock { $0.append(delay) }
      })
    try await body(api, leases)
    await api.close()
  }

  private func holder(_ application: String) -> LockHolder {
    LockHolder(pid: 1, application: application, address: nil, since: nil, query: nil)
  }

  private func isPermitted(_ grant: TargetGrant) -> Bool {
    do throws(EngineError) {
      try grant.permit()
      return true
    } catch {
      return false
    }
  }

  @Test("work runs under the Lease, with a permit, and the Lease is given back")
  func holds() async throws {
    try await with { api, leases in
      let outcome = await leases.withLease(target: Self.target, for: key) { grant in
        (api[lease]?.spec.holderIdentity, isPermitted(grant), grant.mayEnd(holder("whimbrel/0a1b2c3d/dev/betting")))
      }
      guard case .done((let during, let isPermitted, let mayEnd)) = outcome else { throw Unexpected(outcome) }
      #expect(during == "me" && isPermitted && mayEnd)
      #expect(api[lease]?.spec.holderIdentity == "")
      #expect(api[lease]?.metadata.labels == TargetLeases.labels)
    }
  }

  @Test("runs of two shards of one process exclude each other on a target, as those of two processes do")
  func shards() async throws {
    let api = try LeaseAPI()
    let leases = TargetLeases(
      client: api.client, namespace: "n", identity: "me", timings: .standard,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, shard: { $0.name == "betting" ? 0 : 1 })
    let looked = Guarded<[ObjectKey]>([])
    for shard in 0...1 {
      leases.begin(
        .init(installation: Installation(leaseUID: "shard-\(shard)"), isLeading: { true }) { found, _ in
          looked.withLock { $0.append(found) }
        }, shard: shard)
    }
    let other = ObjectKey(namespace: "dev", name: "odds")
    let outcome = await leases.withLease(target: Self.target, for: key) { _ in
      await leases.withLease(target: Self.target, for: other) { _ in Issue.record("two at once") }
    }
    guard case .done(.refused) = outcome else { throw Unexpected(outcome) }
    leases.observe(lease, api[lease])
    #expect(looked.withLock { $0 } == [other], "it is looked at again when the Lease is free")
    guard case .done = await leases.withLease(target: Self.target, for: other, { _ in }) else {
      throw Unexpected(outcome)
    }

    leases.begin(nil, shard: 1)
    guard case .lost = await leases.withLease(target: Self.target, for: other, { _ in }) else {
      throw Unexpected(outcome)
    }
    guard case .done = await leases.withLease(target: Self.target, for: key, { _ in }) else {
      throw Unexpected(outcome)
    }
    await api.close()
  }

  @Test("the permit ends with the leadership, and so does the right to end what others do")
  func leadershipLost() async throws {
    try await with { _, leases in
      let outcome = await leases.withLease(target: Self.target, for: key) { grant in
        isLeading.withLock { $0 = false }
        return !isPermitted(grant) && !grant.mayEnd(holder("whimbrel/0a1b2c3d/dev/betting"))
      }
      guard case .done(true) = outcome else { throw Unexpected(outcome) }
    }
  }

  @Test("who does not lead, or has no term any more, runs nothing and takes no Lease", arguments: [true, false])
  func notLeading(hasTerm: Bool) async throws {
    try await with { api, leases in
      if hasTerm { isLeading.withLock { $0 = false } } else { leases.begin(nil) }
      let outcome = await leases.withLease(target: Self.target, for: key) { _ in
        Issue.record("it ran")
      }
      guard case .lost = outcome else { throw Unexpected(outcome) }
      #expect(api[lease] == nil)
    }
  }

  @Test("a Lease that is held has the resource looked at when it expires, and once when it is given back")
  func held() async throws {
    try await with { api, leases in
      api.hold(lease, by: "other")
      leases.observe(lease, api[lease])
      let outcome = await leases.withLease(target: Self.target, for: key) { _ in Issue.record("it ran") }
      guard case .refused(let verdict) = outcome else { throw Unexpected(outcome) }
      #expect(verdict.reason == .leaseHeld)
      let delay = try #require(looks.withLock { $0.first })
      #expect(delay > .seconds(10) && delay <= .seconds(15))
      leases.observe(lease, api[lease])
      #expect(looks.withLock { $0.count } == 1, "it is still held")
      api.hold(lease, by: "")
      leases.observe(lease, api[lease])
      leases.observe(lease, api[lease])
      #expect(looks.withLock { Array($0.dropFirst()) } == [.zero])
    }
  }

  @Test("a run of another resource in this process is never taken for a left-over")
  func otherRuns() async throws {
    try await with { _, leases in
      let other = ObjectKey(namespace: "dev", name: "alias")
      let name = installation.applicationName(of: other)
      let outcome = await leases.withLease(target: "alias:5432/app", for: other) { _ in
        await leases.withLease(target: Self.target, for: key) { grant in grant.mayEnd(holder(name)) }
      }
      guard case .done(.done(let whileItRuns)) = outcome else { throw Unexpected(outcome) }
      let after = await leases.withLease(target: Self.target, for: key) { grant in grant.mayEnd(holder(name)) }
      guard case .done(let afterwards) = after else { throw Unexpected(after) }
      #expect(!whileItRuns && afterwards)
    }
  }

  private struct Unexpected: Error {
    let outcome: String
    init(_ outcome: some Sendable) { self.outcome = "\(outcome)" }
  }
}
