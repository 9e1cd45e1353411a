internal import Controller
internal import Kubernetes
internal import Support

extension ClusterOptions {
  /// Runs `body` with the resources of the namespace.
  ///
  /// - Throws: `KubernetesError`, and what `body` throws.
  func resources<Value>(_ body: (PluginResources) async throws -> Value) async throws -> Value {
    let configuration = try await configuration()
    return try await Self.connected(to: configuration, as: "kubectl-whimbrel") { client in
      try await body(PluginResources(client: client, namespace: namespace(configuration)))
    }
  }
}

/// The resources of one namespace, and what can be asked of them.
struct PluginResources: Sendable {
  let client: KubernetesClient
  let namespace: String

  /// One resource.
  ///
  /// - Throws: `KubernetesError`; where the kind itself is not there, it says how to install it.
  func get(_ name: String) async throws(KubernetesError) -> CitusMigration {
    try await get(CitusMigration.self, name)
  }

  /// One resource as the server has it.
  ///
  /// - Throws: as `get`.
  func raw(_ name: String) async throws(KubernetesError) -> RawCitusMigration {
    try await get(RawCitusMigration.self, name)
  }

  private func get<Resource: KubernetesResource>(
    _ type: Resource.Type, _ name: String
  ) async throws(KubernetesError) -> Resource {
    do throws(KubernetesError) {
      return try await client.get(type, name: name, namespace: namespace)
    } catch {
      throw await explained(error, of: name)
    }
  }

  // A missing object and a missing kind are both a 404; a list of a kind that is there is none.
  private func explained(_ error: KubernetesError, of name: String) async -> KubernetesError {
    guard error.code == .notFound else { return error }
    do throws(KubernetesError) {
      _ = try await client.list(CitusMigration.self, namespace: namespace, limit: 1)
    } catch let failure {
      return Self.explained(failure)
    }
    return KubernetesError(
      code: .notFound,
      message: "no CitusMigration \(name) in namespace \(namespace); see kubectl get citusmigrations -A")
  }

  private static func explained(_ error: KubernetesError) -> KubernetesError {
    guard error.code == .notFound else { return error }
    return KubernetesError(
      code: .notFound,
      message: "this cluster does not know the kind CitusMigration; install it: kubectl apply -k manifests/crd")
  }

  /// All resources of the namespace, or of all namespaces, sorted by namespace and name.
  ///
  /// - Throws: as `get`.
  func list(everywhere: Bool = false) async throws(KubernetesError) -> [CitusMigration] {
    try await list(CitusMigration.self, everywhere ? nil : namespace)
  }

  /// The same as the server has them.
  ///
  /// - Throws: as `get`.
  func rawList(everywhere: Bool = false) async throws(KubernetesError) -> [RawCitusMigration] {
    try await list(RawCitusMigration.self, everywhere ? nil : namespace)
  }

  private func list<Resource: KubernetesResource>(
    _ type: Resource.Type, _ namespace: String?
  ) async throws(KubernetesError) -> [Resource] {
    do throws(KubernetesError) {
      return try await client.listAll(type, namespace: namespace).items.sorted { $0.key < $1.key }
    } catch {
      throw Self.explained(error)
    }
  }

  /// Changes a resource by a JSON merge patch.
  ///
  /// - Throws: `KubernetesError`.
  func patch(_ name: String, _ change: JSONValue) async throws(KubernetesError) -> CitusMigration {
    do throws(KubernetesError) {
      return try await client.patch(
        CitusMigration.self, name: name, namespace: namespace, patch: .merge(Array(change.line.utf8)))
    } catch {
      throw await explained(error, of: name)
    }
  }

  /// Sets annotations.
  ///
  /// - Throws: `KubernetesError`.
  func annotate(_ name: String, _ annotations: [(CitusMigration.Annotation, String)]) async throws(KubernetesError) {
    let members = annotations.map { JSONValue.Member(key: $0.0.rawValue, value: .string($0.1)) }
    _ = try await patch(name, ["metadata": ["annotations": .object(members)]])
  }

  /// Shows a resource to `see`, as it is and after each change, until `see` has seen enough.
  ///
  /// - Returns: the resource as `see` saw it last; nil after the time, in which `see` had not seen enough.
  /// - Throws: `KubernetesError`: `notFound` once it is deleted.
  func follow(
    _ name: String, for time: Duration?, _ see: @escaping @Sendable (CitusMigration) -> Bool
  ) async throws -> CitusMigration? {
    try await withThrowingTaskGroup(of: CitusMigration?.self) { group in
      group.addTask { try await followed(name, see) }
      if let time {
        group.addTask {
          try await Task.sleep(for: time)
          return nil
        }
      }
      defer { group.cancelAll() }
      return try await group.next() ?? nil
    }
  }

  private func followed(_ name: String, _ see: (CitusMigration) -> Bool) async throws -> CitusMigration {
    while true {
      let object = try await get(name)
      if see(object) { return object }
      do {
        if let last = try await watched(name, from: object.metadata.resourceVersion, see) { return last }
      } catch let error as KubernetesError where error.isTransient {
        // A torn watch, or one whose version is too old: look anew, but not faster than a person would.
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  private func watched(
    _ name: String, from version: String?, _ see: (CitusMigration) -> Bool
  ) async throws -> CitusMigration? {
    let events = try await client.watch(
      CitusMigration.self, namespace: namespace, fieldSelector: "metadata.name=\(name)", resourceVersion: version)
    for try await event in events {
      switch event {
      case .added(let object), .modified(let object):
        if see(object) { return object }
      case .deleted:
        throw KubernetesError(code: .notFound, message: "CitusMigration \(namespace)/\(name) was deleted meanwhile")
      case .bookmark, .undecodable: continue
      }
    }
    return nil
  }
}
