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

  /// Forgets those that another leader looks at now.
  mutating func remove(where isGone: (ObjectKey) -> Bool) {
    waiting = waiting.mapValues { $0.filter { !isGone($0) } }.filter { !$0.value.isEmpty }
  }
}
