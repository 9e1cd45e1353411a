package import Kubernetes

/// What has been seen of resources and of what they refer to, and what a change of it asks for: a value.
///
/// Every replica keeps it from its start, so that one that becomes the leader knows at once what has changed.
package struct ResourceView: Sendable {
  /// What a change asks for.
  package enum Effect: Sendable, Equatable {
    /// Nothing.
    case none
    /// A look at each of these.
    case look(Set<ObjectKey>)
    /// What runs for this key belongs to an object that is gone: it is to be cancelled, and the key looked at.
    case replaced(ObjectKey)
    /// The resource is gone: what runs for it is to be cancelled, and the key forgotten.
    case gone(ObjectKey)
  }

  private var triggers: [ObjectKey: Trigger] = [:]
  private var index = ReferenceIndex()
  /// Of what each resource last told those that come after it.
  private var evidence: [ObjectKey: Int] = [:]
  /// What was seen last of source objects of Flux that resources take.
  private var fluxStates: [FluxKey: FluxState] = [:]

  /// A view of nothing.
  package init() {}

  /// Takes in a resource as it is now; nil when it is gone.
  package mutating func changed(resource key: ObjectKey, _ object: CitusMigration?) -> Effect {
    let before = triggers[key]
    index.set(key, object)
    guard let object else {
      triggers[key] = nil
      return before == nil ? .none : .gone(key)
    }
    let trigger = Trigger(object)
    guard trigger != before else { return .none }
    triggers[key] = trigger
    if let before, before.uid != trigger.uid { return .replaced(key) }
    return .look([key])
  }

  /// Takes in what a resource, nil when it is gone, tells those that come after it.
  package mutating func changed(upstream key: ObjectKey, _ object: CitusMigration?) -> Effect {
    let before = evidence[key]
    evidence[key] = object.map(Self.evidence)
    return evidence[key] == before ? .none : look(index.followers(of: key).subtracting([key]))
  }

  // A status changes with each step of a run; only what is in effect counts, and what closes a circle.
  private static func evidence(_ object: CitusMigration) -> Int {
    var hasher = Hasher()
    hasher.combine(object.metadata.uid)
    hasher.combine(object.metadata.deletionTimestamp == nil)
    hasher.combine(object.status?.applied)
    for upstream in object.spec?.promotion?.after ?? [] {
      hasher.combine(upstream.name)
      hasher.combine(upstream.namespace)
      hasher.combine(upstream.kubeConfig == nil)
    }
    return hasher.finalize()
  }

  /// Takes in a ConfigMap that came, changed or went (nil).
  package mutating func changed(configMap key: ObjectKey, labels: [String: String]?) -> Effect {
    look(index.changed(configMap: key, labels: labels))
  }

  /// Takes in that a Secret came, changed or went.
  package func changed(secret key: ObjectKey) -> Effect {
    look(index.users(ofSecret: key))
  }

  /// Takes in a source object of Flux as it is now, nil when it is gone; what of it does not count asks for nothing.
  package mutating func changed(flux key: FluxKey, _ state: FluxState?) -> Effect {
    let users = index.users(ofFlux: key)
    guard !users.isEmpty else {
      fluxStates[key] = nil
      return .none
    }
    let before = fluxStates.updateValue(state ?? FluxState(), forKey: key)
    return before == state ?? FluxState() ? .none : .look(users)
  }

  /// The kinds of Flux that resources refer to.
  package var fluxKinds: Set<FluxKind> { index.fluxKinds }

  private func look(_ keys: Set<ObjectKey>) -> Effect { keys.isEmpty ? .none : .look(keys) }
}
