internal import Kubernetes
internal import Logging
internal import MigrationCore
internal import MigrationEngine
internal import Support

/// The visible lock: one Lease per target, in the controller's namespace.
///
/// One `LeaseLock` per target lives as long as the process and is fed with what the watch shows, on every replica: a lock
/// judges a silent holder by what it has itself observed, and one that has observed it from the start need not begin to
/// wait when this process becomes the leader.
final class TargetLeases: Sendable {
  /// The label of every Lease of Whimbrel's.
  static let labels = ["app.kubernetes.io/managed-by": "whimbrel"]

  /// A term of leadership of a shard, in which runs for its resources may take Leases.
  struct Term: Sendable {
    let installation: Installation
    /// Whether this process still leads, by the local clock.
    let isLeading: @Sendable () -> Bool
    /// Has a resource looked at after a time.
    let look: @Sendable (ObjectKey, Duration) -> Void
  }

  private struct State: Sendable {
    /// By shard.
    var terms: [Int: Term] = [:]
    var locks: [String: LeaseLock] = [:]
    var waiters = LeaseWaiters()
    /// Application names of the runs of this process that are under way.
    var runs: Set<String> = []
  }

  private let client: KubernetesClient
  private let namespace: String
  private let identity: String
  private let timings: LeaseTimings
  private let logger: Logger
  private let shard: @Sendable (ObjectKey) -> Int
  private let state = Guarded(State())

  /// Leases in a namespace, held by `identity`: the same for all shards, so that two of one process exclude each other.
  ///
  /// - Parameter shard: the shard that a resource belongs to.
  init(
    client: KubernetesClient, namespace: String, identity: String, timings: LeaseTimings, logger: Logger,
    shard: @escaping @Sendable (ObjectKey) -> Int = { _ in 0 }
  ) {
    self.shard = shard
    self.client = client
    self.namespace = namespace
    self.identity = identity
    self.timings = timings
    self.logger = logger
  }

  /// What became of work under a Lease.
  enum Outcome<Value: Sendable>: Sendable {
    /// The work ran to its end while the Lease was held.
    case done(Value)
    /// The Lease was lost; the work was cancelled and has ended.
    case lost(String)
    /// The work did not run.
    case refused(Verdict)
  }

  /// From now on runs of a shard may take Leases; nil: no more.
  func begin(_ term: Term?, shard index: Int = 0) {
    state.withLock { state in
      state.terms[index] = term
      state.waiters.remove { shard($0) == index }
    }
  }

  /// Takes in what the watch shows of a Lease by its name, nil for one that is gone, and has those looked at that waited
  /// for it.
  func observe(_ name: String, _ lease: Lease?) {
    lock(named: name).observe(lease)
    let (terms, keys) = state.withLock { ($0.terms, $0.waiters.observed(name, lease)) }
    for key in keys { terms[shard(key)]?.look(key, .zero) }
  }

  /// Runs `body` for a resource if this process leads and nobody else holds the target's Lease; never waits for it.
  ///
  /// A Lease that is held has the resource looked at again just when it expires, and when it is given back. Losing the
  /// Lease cancels `body`; the Lease is released after `body` has ended.
  func withLease<Value: Sendable>(
    target: String, for key: ObjectKey, _ body: @escaping @Sendable (TargetGrant) async -> Value
  ) async -> Outcome<Value> {
    let name = Self.name(of: target)
    let path = "\(namespace)/\(name)"
    let index = shard(key)
    guard let term = state.withLock({ $0.terms[index] }), term.isLeading() else { return .lost(Self.leadershipLost) }
    let lock = lock(named: name)
    do {
      let outcome = try await lock.withLeaseIfFree { _ in
        let value = await self.run(body, key, term, lock, path)
        try Task.checkCancellation()
        return value
      }
      switch outcome {
      case .completed(let value): return .done(value)
      case .held(let holder, let expiresIn):
        state.withLock { $0.waiters.insert(key, lease: name) }
        term.look(key, expiresIn)
        return .refused(held(path, by: holder))
      }
    } catch let error as KubernetesError {
      if error.code == .conflict { state.withLock { $0.waiters.insert(key, lease: name) } }
      return failed(error, path)
    } catch {
      return .refused(
        .waiting(.interrupted, summary: "Interrupted", message: "the run was interrupted by the controller's stop"))
    }
  }

  private func run<Value: Sendable>(
    _ body: @Sendable (TargetGrant) async -> Value, _ key: ObjectKey, _ term: Term, _ lock: LeaseLock, _ path: String
  ) async -> Value {
    let name = term.installation.applicationName(of: key)
    let duration = timings.duration
    let permit: @Sendable () throws(EngineError) -> Void = { () throws(EngineError) in
      guard term.isLeading() else { throw EngineError(.cancelled, Self.leadershipLost) }
      guard let age = lock.timeSinceRenewal, age < duration else {
        throw EngineError(.cancelled, "the Lease \(path) was lost before the commit; rolled back")
      }
    }
    state.withLock { _ = $0.runs.insert(name) }
    let grant = TargetGrant(permit: permit) { [state] holder in
      let others = state.withLock { $0.runs.subtracting([name]) }
      guard term.installation.isLeftOver(holder.application, others: others) else { return false }
      do throws(EngineError) {
        try permit()
        return true
      } catch {
        return false  // Who is not the holder any more must not end what the new one does.
      }
    }
    let value = await body(grant)
    state.withLock { _ = $0.runs.remove(name) }
    return value
  }

  private static let leadershipLost = "this replica is no longer the leader; what was under way was rolled back"

  private func failed<Value>(_ error: KubernetesError, _ path: String) -> Outcome<Value> {
    switch error.code {
    case .leaseLost: .lost(error.message)
    case .conflict: .refused(held(path, by: "another run of this controller"))
    default:
      .refused(
        .waiting(
          .leaseHeld, summary: "Waiting for Lease", message: "the Lease \(path) cannot be taken: \(error.message)"))
    }
  }

  private func held(_ path: String, by holder: String) -> Verdict {
    .waiting(
      .leaseHeld, summary: "Waiting for Lease",
      message: "the Lease \(path) of this target is held by \(holder); it is freed when that run ends, or expires")
  }

  private func lock(named name: String) -> LeaseLock {
    state.withLock { state in
      if let lock = state.locks[name] { return lock }
      let settings = LeaseSettings(
        name: name, namespace: namespace, identity: identity, labels: Self.labels, timings: timings)
      let lock = LeaseLock(settings, client: client, logger: logger)
      state.locks[name] = lock
      return lock
    }
  }

  /// The Lease of a target: the database's name for people, a digest of `host:port/database` for identity.
  static func name(of target: String) -> String {
    let database = target.split(separator: "/", maxSplits: 1).last.map(String.init) ?? ""
    let words = database.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }
    let readable = words.joined(separator: "-").prefix(40).split(separator: "-").joined(separator: "-")
    let digest = ContentDigest.sha256(Array(target.utf8)).prefix(12)
    return readable.isEmpty ? "whimbrel-\(digest)" : "whimbrel-\(readable)-\(digest)"
  }
}
