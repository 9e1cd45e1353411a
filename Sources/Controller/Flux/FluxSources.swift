internal import Kubernetes
internal import Logging
internal import MigrationSources
internal import Support

/// Reads what resources take from Flux: the source object, then its artifact.
final class FluxSources: Sendable {
  /// Sent when the server turns out to have other kinds than before.
  let changed = Dictionary(uniqueKeysWithValues: FluxKind.allCases.map { ($0, Signal()) })
  private let client: KubernetesClient
  private let artifacts: ArtifactSource
  private let allowsOtherNamespaces: Bool
  /// Which version of each kind the server has, as last asked; nil before the first answer.
  private let served = Guarded<[FluxKind: [String]]?>(nil)

  /// A reader for one API server.
  ///
  /// - Parameter allowsOtherNamespaces: whether a resource may name a source object of another namespace.
  init(client: KubernetesClient, artifacts: ArtifactSource, allowsOtherNamespaces: Bool) {
    self.client = client
    self.artifacts = artifacts
    self.allowsOtherNamespaces = allowsOtherNamespaces
  }

  /// Takes a snapshot for a resource of a namespace.
  /// - Throws: `SourceError`.
  func snapshot(
    _ spec: MigrationsSpec.FluxSourceSpec, in namespace: String?, reading suffixes: [String]
  ) async throws(SourceError) -> SourceSnapshot {
    guard let key = FluxKey(spec, in: namespace) else {
      throw SourceError(.invalid, "spec.migrations.fluxSource.kind '\(spec.kind)' is not known")
    }
    guard allowsOtherNamespaces || key.object.namespace == namespace else {
      throw SourceError(
        .invalid,
        "spec.migrations.fluxSource names namespace '\(spec.namespace ?? "")': only a controller that was started with "
          + "--allow-cross-namespace-sources takes sources of other namespaces")
    }
    let state = try await read(key, apiVersion: spec.apiVersion)
    return try await artifacts.snapshot(
      of: try state.artifact(of: key), path: spec.path ?? "", reading: suffixes)
  }

  private func read(_ key: FluxKey, apiVersion: String?) async throws(SourceError) -> FluxState {
    do throws(KubernetesError) {
      if let state = try await read(key, apiVersion, try await versions(of: key.kind)) { return state }
      // The kind may have come, gone or changed its version since the server was asked.
      if let state = try await read(key, apiVersion, try await discover()[key.kind] ?? []) { return state }
    } catch {
      throw SourceError(.unavailable, "\(key.kind.rawValue) '\(key.object.name)' cannot be read: \(error.message)")
    }
    guard served.withLock({ $0?[key.kind] }) != nil else {
      throw SourceError(
        .notFound,
        "the cluster has no kind \(key.kind.rawValue) of \(FluxKind.group): install Flux's source-controller, or correct "
          + "spec.migrations.fluxSource")
    }
    throw SourceError(
      .notFound,
      "\(key.kind.rawValue) '\(key.object.name)' does not exist in namespace '\(key.object.namespace ?? "")'; create it, "
        + "or correct spec.migrations.fluxSource")
  }

  // Nil where there is no such kind or object.
  private func read(
    _ key: FluxKey, _ wanted: String?, _ versions: [String]
  ) async throws(KubernetesError) -> FluxState? {
    let fitting = versions.first { wanted == nil || "\(FluxKind.group)/\($0)" == wanted }
    guard let version = fitting, let api = FluxAPI.find(key.kind, version: version) else { return nil }
    do throws(KubernetesError) {
      return try await api.read(client, key.object)
    } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
  }

  // MARK: Discovery

  private func versions(of kind: FluxKind) async throws(KubernetesError) -> [String] {
    if let known = served.withLock({ $0 }) { return known[kind] ?? [] }
    return try await discover()[kind] ?? []
  }

  /// Asks the server which of the kinds it has, and in which versions, the newest first; also remembers that.
  @discardableResult
  func discover() async throws(KubernetesError) -> [FluxKind: [String]] {
    let there = try await client.servedVersions(group: FluxKind.group)
    var found: [FluxKind: [String]] = [:]
    for version in FluxKind.versions where there.contains(version) {
      let kinds = try await client.servedKinds(group: FluxKind.group, version: version)
      for kind in FluxKind.allCases where kinds.contains(kind.rawValue) { found[kind, default: []].append(version) }
    }
    let result = found
    let isNew = served.withLock { served in
      defer { served = result }
      return served != result
    }
    if isNew { for signal in changed.values { signal.send() } }
    return result
  }
}
