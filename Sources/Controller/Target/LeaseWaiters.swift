internal import Kubernetes

/// Which resources wait for which Lease: a value.
struct LeaseWaiters: Sendable {
  private var waiting: [String: Set<ObjectKey>] = [:]

  /// A resource found a Lease held by somebody else.
  mutating func insert(_ key: ObjectKey, lease: String) {
    waiting[lease, default: []].insert(key)
  }

  /// Takes in a Lease as it is now, nil when it is gone, and tells who need not wait for it any more.
  mutating func observed(_ name: String, _ lease: Lease?) -> Set<ObjectKey> {
    guard lease?.spec.holderIdentity?.isEmpty ?? true else { return [] }
    return waiting.removeValue(forKey: name) ?? []
  }

  /// Forgets all: another leader looks at them now.
  mutating func removeAll() {
    waiting = [:]
  }
}
