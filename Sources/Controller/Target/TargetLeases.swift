internal import Kubernetes
internal import Logging
internal import MigrationCore
internal import MigrationEngine
internal import Support

/// The visible lock: one Lease per target, in the controller's namespace.
///
/// One `LeaseLock` per target lives as long as the process, because a lock judges a silent holder by what it has itself
/// observed.
final class TargetLeases: Sendable {
  private let client: KubernetesClient
  private let namespace: String
  private let identity: String
  private let logger: Logger
  private let locks = Guarded<[String: LeaseLock]>([:])

  /// Leases in a namespace, held by `identity`.
  init(client: KubernetesClient, namespace: String, identity: String, logger: Logger) {
    self.client = client
    self.namespace = namespace
    self.identity = identity
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

  /// Runs `body` if nobody else holds the target's Lease; never waits for it.
  ///
  /// `body` is given a check that throws once the Lease can no longer be trusted; it is to be asked before each commit.
  /// Losing the Lease cancels `body`; the Lease is released after `body` has ended.
  func withLease<Value: Sendable>(
    target: String,
    _ body: @escaping @Sendable (_ check: @escaping @Sendable () throws(EngineError) -> Void) async -> Value
  ) async -> Outcome<Value> {
    let lock = lock(for: target)
    let name = "\(namespace)/\(lock.name)"
    do {
      let outcome = try await lock.lock.withLeaseIfFree { _ in
        let value = await body { () throws(EngineError) in
          guard let age = lock.lock.timeSinceRenewal, age < LeaseTimings.standard.duration else {
            throw EngineError(.cancelled, "the Lease \(name) was lost before the commit; rolled back")
          }
        }
        try Task.checkCancellation()
        return value
      }
      switch outcome {
      case .completed(let value): return .done(value)
      case .held(let holder, _): return .refused(held(name, by: holder))
      }
    } catch let error as KubernetesError {
      return failed(error, name)
    } catch {
      return .refused(
        .waiting(.interrupted, summary: "Interrupted", message: "the run was interrupted by the controller's stop"))
    }
  }

  private func failed<Value>(_ error: KubernetesError, _ name: String) -> Outcome<Value> {
    switch error.code {
    case .leaseLost: .lost(error.message)
    case .conflict: .refused(held(name, by: "another run of this controller"))
    default:
      .refused(
        .waiting(
          .leaseHeld, summary: "Waiting for Lease", message: "the Lease \(name) cannot be taken: \(error.message)"))
    }
  }

  private func held(_ name: String, by holder: String) -> Verdict {
    .waiting(
      .leaseHeld, summary: "Waiting for Lease",
      message: "the Lease \(name) of this target is held by \(holder); it is freed when that run ends, or expires")
  }

  private func lock(for target: String) -> (lock: LeaseLock, name: String) {
    let name = Self.name(of: target)
    let lock = locks.withLock { locks in
      if let lock = locks[name] { return lock }
      let settings = LeaseSettings(
        name: name, namespace: namespace, identity: identity,
        labels: ["app.kubernetes.io/managed-by": "whimbrel"])
      let lock = LeaseLock(settings, client: client, logger: logger)
      locks[name] = lock
      return lock
    }
    return (lock, name)
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
