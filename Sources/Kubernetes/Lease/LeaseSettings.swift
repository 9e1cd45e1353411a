/// Which lease, and who wants it.
package struct LeaseSettings: Sendable, Hashable {
  /// The Lease's name.
  package var name: String
  /// The Lease's namespace.
  package var namespace: String
  /// Who we are: unique for every process that ever asks, such as host name and a UUID.
  package var identity: String
  /// Labels for a Lease that is created.
  package var labels: [String: String]
  /// The times.
  package var timings: LeaseTimings

  /// Names a lease and a candidate.
  package init(
    name: String, namespace: String, identity: String, labels: [String: String] = [:],
    timings: LeaseTimings = .standard
  ) {
    self.name = name
    self.namespace = namespace
    self.identity = identity
    self.labels = labels
    self.timings = timings
  }
}

/// What the work under a lease is told.
package struct LeaseGrant: Sendable, Hashable {
  /// The holder before, if it did not release the lease: it may still be at work, or may have crashed in the middle.
  package let unreleasedBy: String?
  /// How often the holder has changed; grows with every grant to another holder.
  package let transitions: Int32
  /// The identity of the Lease object (`metadata.uid`): another one if it was deleted and made anew.
  package let leaseUID: String

  /// Describes a grant.
  package init(unreleasedBy: String?, transitions: Int32, leaseUID: String) {
    self.unreleasedBy = unreleasedBy
    self.transitions = transitions
    self.leaseUID = leaseUID
  }
}

/// What became of work that was only to run if the lease was free.
package enum LeaseOutcome<Value: Sendable>: Sendable {
  /// The work ran.
  case completed(Value)
  /// Someone else holds the lease; nothing ran. It is worth another look after the given time, when the lease expires
  /// unless it is renewed.
  case held(by: String, expiresIn: Duration)
}
