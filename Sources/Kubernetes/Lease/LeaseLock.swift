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
  let firstTransition: @Sendable () -> Int32
  let leastTransition: @Sendable () -> Int32
  let logger: Logger
  let state: Guarded<LeaseState>
  let wakeUp = WakeUp()
  private let isBusy = Guarded(false)

  var time: TimeSource { client.time }

  /// Makes a lock, which does nothing yet.
  ///
  /// - Parameters:
  ///   - firstTransition: what the count of holders begins with when the Lease is created; whoever fences by
  ///     `LeaseGrant.transitions` gives more than the highest number seen, in case the Lease was deleted.
  ///   - leastTransition: what the count is at least when the Lease changes hands, for a fence that others have raised.
  package init(
    _ settings: LeaseSettings, client: KubernetesClient, logger: Logger, wallClock: WallClock = .system,
    firstTransition: @escaping @Sendable () -> Int32 = { 0 },
    leastTransition: @escaping @Sendable () -> Int32 = { 0 },
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.settings = settings
    self.client = client
    self.wallClock = wallClock
    self.random = random
    self.firstTransition = firstTransition
    self.leastTransition = leastTransition
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

  /// Takes in what a watch or a list shows of the lease; nil for one that is not there.
  ///
  /// From then on the holder's time runs here, so that a lock that has heard of a holder long ago need not wait for a
  /// whole lease duration when it is first asked. A release that is heard of wakes who waits for the lease; another
  /// holder ends the work at once. What is older than what is known, and what is about another Lease, is left out.
  package func observe(_ lease: Lease?) {
    if let lease, lease.metadata.name != settings.name || lease.metadata.namespace != settings.namespace { return }
    let isNews = state.withLock { state in
      let wasHeld = state.renewedAt != nil
      state.hear(lease, at: time.now())
      if wasHeld { return state.renewedAt == nil }
      if case .wait = state.decision(at: time.now()) { return false }
      return true
    }
    if isNews { wakeUp.call() }
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
    guard let value = try await withLease(unless: { false }, body) else { throw CancellationError() }
    return value
  }

  /// As `withLease`, but gives up waiting, with nil, once `isStopped` says so; `wakeUp` makes it ask.
  func withLease<Value: Sendable>(
    unless isStopped: @Sendable () -> Bool, _ body: @escaping @Sendable (LeaseGrant) async throws -> Value
  ) async throws -> Value? {
    try enter()
    defer { leave() }
    guard let grant = try await acquire(unless: isStopped) else { return nil }
    return try await hold(grant, body)
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
    case .held(let holder, let expiresIn): return .held(by: holder, expiresIn: expiresIn)
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
