internal import Support

/// Judges a lease: a value, without network; time comes in with every call.
///
/// Whether a holder is gone is judged by how long ago a change was last seen here, never by the time on the object:
/// clocks of different machines differ.
struct LeaseState: Sendable {
  /// What to do about the lease.
  enum Decision: Sendable, Equatable {
    /// There is none: create it.
    case create
    /// Nobody holds it, or its holder has not renewed it in time: replace it.
    case take
    /// It is ours: replace it.
    case renew
    /// Someone else holds it; it cannot expire before the given time has passed.
    case wait(holder: String, Duration)
  }

  let identity: String
  let timings: LeaseTimings
  /// The lease as last seen; nil if there is none, or it was never looked at.
  private(set) var observed: Lease?
  private var observedAt: Duration = .zero
  /// When the request of the last successful renewal was begun; nil while the lease is not held.
  private(set) var renewedAt: Duration?

  init(identity: String, timings: LeaseTimings) {
    self.identity = identity
    self.timings = timings
  }

  // MARK: Observing

  /// Takes in what the server has; the time of observation moves only if identity or content differ.
  mutating func observe(_ lease: Lease?, at now: Duration) {
    if lease?.spec != observed?.spec || lease?.metadata.uid != observed?.metadata.uid { observedAt = now }
    observed = lease
    if lease?.spec.holderIdentity != identity { renewedAt = nil }
  }

  /// Takes in that the server has stored what was sent.
  ///
  /// - Parameter begun: when the request was begun, the earliest moment at which others may have seen it.
  mutating func stored(_ lease: Lease, begun: Duration, at now: Duration) {
    observed = lease
    observedAt = now
    renewedAt = lease.spec.holderIdentity == identity ? begun : nil
  }

  // MARK: Deciding

  func decision(at now: Duration) -> Decision {
    guard let observed else { return .create }
    guard let holder = observed.spec.holderIdentity, !holder.isEmpty else { return .take }
    if holder == identity { return renewedAt == nil ? .take : .renew }
    let seconds = observed.spec.leaseDurationSeconds.map { max(1, Int64($0)) }
    let left = observedAt + (seconds.map { .seconds($0) } ?? timings.duration) - now
    return left > .zero ? .wait(holder: holder, left) : .take
  }

  /// How much longer the holder may try to renew; zero or less when the lease must be treated as lost.
  func timeToDeadline(at now: Duration) -> Duration {
    guard let renewedAt else { return .zero }
    return renewedAt + timings.renewDeadline - now
  }

  // MARK: Writing

  /// The lease to create.
  func creation(name: String, namespace: String, labels: [String: String], wallTime: Timestamp) -> Lease {
    let time = wallTime.rfc3339Microseconds
    return Lease(
      metadata: ObjectMetadata(name: name, namespace: namespace, labels: labels),
      spec: Lease.Spec(
        holderIdentity: identity, leaseDurationSeconds: timings.durationSeconds, acquireTime: time, renewTime: time,
        leaseTransitions: 0))
  }

  /// The observed lease with us as holder, for taking and for renewing.
  func claim(_ lease: Lease, wallTime: Timestamp) -> Lease {
    var claim = lease
    let time = wallTime.rfc3339Microseconds
    if lease.spec.holderIdentity != identity {
      claim.spec.acquireTime = time
      claim.spec.leaseTransitions = (lease.spec.leaseTransitions ?? 0) &+ 1
    }
    claim.spec.holderIdentity = identity
    claim.spec.leaseDurationSeconds = timings.durationSeconds
    claim.spec.renewTime = time
    return claim
  }

  /// The observed lease without a holder; nil if we do not hold it.
  func release(wallTime: Timestamp) -> Lease? {
    guard var lease = observed, lease.spec.holderIdentity == identity else { return nil }
    lease.spec.holderIdentity = ""
    lease.spec.leaseDurationSeconds = 1
    lease.spec.renewTime = wallTime.rfc3339Microseconds
    return lease
  }
}
