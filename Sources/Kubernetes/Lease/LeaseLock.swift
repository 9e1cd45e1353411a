package import Logging
package import Support

/// A lock that is a Lease in the Kubernetes API.
///
/// It makes two holders unlikely, not impossible: what must never happen twice needs a lock in the database as well.
/// Keep one lock per lease for the life of the process: a lock judges a silent holder by what it has itself seen, so a
/// fresh one waits for a full lease duration. It serves one task at a time.
package final class LeaseLock: Sendable {
  let settings: LeaseSettings
  let client: KubernetesClient
  let wallClock: WallClock
  let random: @Sendable () -> Double
  let logger: Logger
  let state: Guarded<LeaseState>
  private let isBusy = Guarded(false)

  var time: TimeSource { client.time }

  /// Makes a lock, which does nothing yet.
  package init(
    _ settings: LeaseSettings, client: KubernetesClient, logger: Logger, wallClock: WallClock = .system,
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.settings = settings
    self.client = client
    self.wallClock = wallClock
    self.random = random
    var logger = logger
    logger[metadataKey: "lease.name"] = "\(settings.namespace)/\(settings.name)"
    logger[metadataKey: "lease.identity"] = "\(settings.identity)"
    self.logger = logger
    state = Guarded(LeaseState(identity: settings.identity, timings: settings.timings))
  }

  /// How long ago the lease was last renewed; nil while it is not held.
  package var timeSinceRenewal: Duration? {
    state.withLock { $0.renewedAt }.map { time.now() - $0 }
  }

  /// Who held the lease when it was last looked at; nil if nobody did.
  package var lastKnownHolder: String? {
    state.withLock { $0.observed?.spec.holderIdentity }.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Waits for the lease, and runs `body` while it is held.
  ///
  /// If the lease is lost, `body` is cancelled, and must end within duration less renew deadline. Renewal goes on until
  /// `body` has ended, also when the task is cancelled; only then the lease is released.
  /// - Throws: what `body` throws; `KubernetesError` with code `leaseLost` if the lease was lost and `body` failed;
  ///   what the server says if it refuses for good, such as `forbidden`; `cancelled` while waiting.
  package func withLease<Value: Sendable>(
    _ body: @escaping @Sendable (LeaseGrant) async throws -> Value
  ) async throws -> Value {
    try enter()
    defer { leave() }
    return try await hold(try await acquire(), body)
  }

  /// Runs `body` while the lease is held, if nobody else holds it now; otherwise tells who does.
  ///
  /// - Throws: as `withLease`; also transient errors of the first attempt.
  package func withLeaseIfFree<Value: Sendable>(
    _ body: @escaping @Sendable (LeaseGrant) async throws -> Value
  ) async throws -> LeaseOutcome<Value> {
    try enter()
    defer { leave() }
    switch try await attempt(timeout: settings.timings.requestTimeout) {
    case .acquired(let grant): return .completed(try await hold(grant, body))
    case .held(let holder): return .held(by: holder)
    }
  }

  private func enter() throws(KubernetesError) {
    let wasBusy = isBusy.withLock { isBusy in
      defer { isBusy = true }
      return isBusy
    }
    guard !wasBusy else {
      throw KubernetesError(
        code: .conflict, message: "the lease \(settings.namespace)/\(settings.name) is already in use by this process")
    }
  }

  private func leave() {
    isBusy.withLock { $0 = false }
  }
}
