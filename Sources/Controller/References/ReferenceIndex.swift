package import Kubernetes

/// Which resources must be looked at again when a ConfigMap or Secret changes: a value that is kept up to date with every
/// resource and every label, so that a change costs what it touches and not a walk over all resources.
package struct ReferenceIndex: Sendable {
  /// What one resource refers to, in its own namespace.
  private struct Use: Sendable, Equatable {
    var configMaps: Set<ObjectKey> = []
    var secrets: Set<ObjectKey> = []
    /// The resources of this cluster that it comes after.
    var upstreams: Set<ObjectKey> = []
    var flux: FluxKey?
    /// Labels that a ConfigMap must all have; nil when the resource does not choose by label.
    var selector: [String: String]?
    /// Under which label the resource is filed.
    var label: Label?
  }

  /// One label in one namespace; a nil key stands for every ConfigMap of the namespace.
  private struct Label: Sendable, Hashable {
    var namespace: String?
    var key: String?
    var value: String?
  }

  private var uses: [ObjectKey: Use] = [:]
  private var configMapUsers: [ObjectKey: Set<ObjectKey>] = [:]
  private var secretUsers: [ObjectKey: Set<ObjectKey>] = [:]
  private var followers: [ObjectKey: Set<ObjectKey>] = [:]
  private var fluxUsers: [FluxKey: Set<ObjectKey>] = [:]
  private var fluxUserCounts: [FluxKind: Int] = [:]
  private var selectorUsers: [Label: Set<ObjectKey>] = [:]
  /// Labels of ConfigMaps as last seen: a map that loses the label by which it was chosen concerns its old users as well.
  private var labels: [ObjectKey: [String: String]] = [:]

  /// An index of nothing.
  package init() {}

  /// Takes in a resource as it is now; nil when it is gone.
  package mutating func set(_ key: ObjectKey, _ object: CitusMigration?) {
    let use = object.flatMap(Self.use)
    guard uses[key] != use else { return }
    if let before = uses[key] {
      for map in before.configMaps { configMapUsers.remove(key, from: map) }
      for secret in before.secrets { secretUsers.remove(key, from: secret) }
      for upstream in before.upstreams { followers.remove(key, from: upstream) }
      if let flux = before.flux {
        fluxUsers.remove(key, from: flux)
        fluxUserCounts[flux.kind, default: 0] -= 1
      }
      if let label = before.label { selectorUsers.remove(key, from: label) }
    }
    uses[key] = use
    guard let use else { return }
    for map in use.configMaps { configMapUsers[map, default: []].insert(key) }
    for secret in use.secrets { secretUsers[secret, default: []].insert(key) }
    for upstream in use.upstreams { followers[upstream, default: []].insert(key) }
    if let flux = use.flux {
      fluxUsers[flux, default: []].insert(key)
      fluxUserCounts[flux.kind, default: 0] += 1
    }
    if let label = use.label { selectorUsers[label, default: []].insert(key) }
  }

  /// Takes in the labels that a ConfigMap has now, nil when it is gone, and tells which resources it concerns: those that
  /// name it, and those whose selector it fits or fitted before.
  package mutating func changed(configMap: ObjectKey, labels now: [String: String]?) -> Set<ObjectKey> {
    var users = configMapUsers[configMap] ?? []
    let before = labels[configMap]
    labels[configMap] = now.flatMap { $0.isEmpty ? nil : $0 }
    users.formUnion(selecting(now ?? [:], in: configMap.namespace))
    if let before, before != now { users.formUnion(selecting(before, in: configMap.namespace)) }
    return users
  }

  /// The resources that refer to a Secret.
  package func users(ofSecret secret: ObjectKey) -> Set<ObjectKey> { secretUsers[secret] ?? [] }

  /// The resources that come after another one.
  package func followers(of upstream: ObjectKey) -> Set<ObjectKey> { followers[upstream] ?? [] }
  /// The resources that take a source object of Flux.
  package func users(ofFlux source: FluxKey) -> Set<ObjectKey> { fluxUsers[source] ?? [] }

  /// The kinds of Flux that resources refer to.
  package var fluxKinds: Set<FluxKind> { Set(fluxUserCounts.lazy.filter { $0.value > 0 }.map(\.key)) }

  private func selecting(_ labels: [String: String], in namespace: String?) -> Set<ObjectKey> {
    guard !selectorUsers.isEmpty else { return [] }
    var users = selectorUsers[Label(namespace: namespace)] ?? []
    for (name, value) in labels {
      for user in selectorUsers[Label(namespace: namespace, key: name, value: value)] ?? [] {
        let selector = uses[user]?.selector ?? [:]
        if selector.allSatisfy({ labels[$0.key] == $0.value }) { users.insert(user) }
      }
    }
    return users
  }

  private static func use(_ object: CitusMigration) -> Use? {
    guard let spec = object.spec else { return nil }
    let namespace = object.metadata.namespace
    var use = Use()
    for value in spec.cluster.values {
      if let name = value.value.secretKeyRef?.name { use.secrets.insert(ObjectKey(namespace: namespace, name: name)) }
    }
    for (_, reference) in spec.promotion?.secrets ?? [] {
      use.secrets.insert(ObjectKey(namespace: namespace, name: reference.name))
    }
    for upstream in spec.promotion?.after ?? [] where upstream.kubeConfig == nil {
      guard let name = upstream.name else { continue }
      use.upstreams.insert(ObjectKey(namespace: upstream.namespace ?? namespace, name: name))
    }
    for name in spec.migrations.git?.secretNames ?? [] {
      use.secrets.insert(ObjectKey(namespace: namespace, name: name))
    }
    if let source = spec.migrations.configMap {
      use.configMaps = Set((source.names ?? []).map { ObjectKey(namespace: namespace, name: $0) })
      use.selector = source.selector?.matchLabels
      // All labels must fit, so filing the resource under one of them finds it.
      use.label = use.selector.map { labels in
        let first = labels.min { $0.key < $1.key }
        return Label(namespace: namespace, key: first?.key, value: first?.value)
      }
    }
    use.flux = spec.migrations.fluxSource.flatMap { FluxKey($0, in: namespace) }
    return use
  }
}

extension Dictionary where Value == Set<ObjectKey> {
  /// Takes a member out of a set, and the set when it is empty.
  fileprivate mutating func remove(_ member: ObjectKey, from key: Key) {
    self[key]?.remove(member)
    if self[key]?.isEmpty == true { self[key] = nil }
  }
}
