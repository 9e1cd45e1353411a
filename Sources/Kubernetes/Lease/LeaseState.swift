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

  /// Takes in what a watch or a list shows, unless it is older than what is known, or cannot be compared with it while
  /// the lease is held: then the next renewal tells.
  mutating func hear(_ lease: Lease?, at now: Duration) {
    if let lease, let observed {
      guard Self.isNewer(lease, than: observed) ?? (renewedAt == nil) else { return }
    } else if lease == nil, renewedAt != nil {
      return
    }
    observe(lease, at: now)
  }

  /// Takes in that the server has stored what was sent; what was heard since the server stored it stays.
  ///
  /// - Parameter begun: when the request was begun, the earliest moment at which others may have seen it.
  mutating func stored(_ lease: Lease, begun: Duration, at now: Duration) {
    if let observed, observed.spec.holderIdentity != lease.spec.holderIdentity,
      Self.isNewer(observed, than: lease) == true
    {
      return
    }
    observed = lease
    observedAt = now
    renewedAt = lease.spec.holderIdentity == identity ? begun : nil
  }

  /// Whether a version is newer than another one; nil if they cannot be compared.
  ///
  /// Resource versions of objects of one kind are numbers that grow (KEP-5504, which makes a rule of what every server
  /// has done so far).
  private static func isNewer(_ lease: Lease, than other: Lease) -> Bool? {
    guard let version = lease.metadata.resourceVersion.flatMap({ UInt64($0) }),
      let known = other.metadata.resourceVersion.flatMap({ UInt64($0) })
    else { return nil }
    return version > known
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
  ///
  /// - Parameter transitions: what its count of holders begins with.
  func creation(
    name: String, namespace: String, labels: [String: String], transitions: Int32 = 0, wallTime: Timestamp
  ) -> Lease {
    let time = wallTime.rfc3339Microseconds
    return Lease(
      metadata: ObjectMetadata(name: name, namespace: namespace, labels: labels),
      spec: Lease.Spec(
        holderIdentity: identity, leaseDurationSeconds: timings.durationSeconds, acquireTime: time, renewTime: time,
        leaseTransitions: transitions))
  }

  /// The lease with a new time of renewal; nil unless it is held by us.
  func renewal(wallTime: Timestamp) -> Lease? {
    guard renewedAt != nil, let observed, observed.spec.holderIdentity == identity else { return nil }
    return claim(observed, wallTime: wallTime)
  }

  /// The observed lease with us as holder, for taking and for renewing.
  ///
  /// - Parameter leastTransitions: what the count of holders is at least, if the holder changes.
  func claim(_ lease: Lease, leastTransitions: Int32 = 0, wallTime: Timestamp) -> Lease {
    var claim = lease
    let time = wallTime.rfc3339Microseconds
    if lease.spec.holderIdentity != identity {
      claim.spec.acquireTime = time
      claim.spec.leaseTransitions = max((lease.spec.leaseTransitions ?? 0) &+ 1, leastTransitions)
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
