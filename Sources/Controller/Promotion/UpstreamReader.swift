internal import HTTP
internal import Kubernetes
internal import Logging
internal import MigrationEngine
internal import Postgres
internal import Promotion
internal import Support

/// Looks at what is applied in the environments before a resource's own.
///
/// What cannot be had is an observation, too.
struct UpstreamReader {
  let object: CitusMigration
  let context: ReconcileContext
  /// Finds a resource of this cluster.
  let lookup: @Sendable (ObjectKey) -> CitusMigration?

  /// How long a call to another cluster may take.
  private static let requestTimeout = Duration.seconds(10)

  func observe(_ upstream: PromotionSpec.UpstreamSpec) async -> UpstreamObservation {
    if let history = upstream.history { return await observe(history) }
    let namespace = upstream.namespace ?? object.metadata.namespace ?? ""
    let name = upstream.name ?? ""
    guard let kubeConfig = upstream.kubeConfig else {
      return UpstreamObservation(
        lookup(ObjectKey(namespace: namespace, name: name)), name: "CitusMigration \(namespace)/\(name)",
        isPolled: false)
    }
    let label = "CitusMigration \(namespace)/\(name) of the cluster in Secret \(kubeConfig.secretKeyRef.name)"
    do throws(Unavailable) {
      return UpstreamObservation(
        try await remote(name, namespace, kubeConfig.secretKeyRef), name: label, isPolled: true)
    } catch {
      return UpstreamObservation(name: label, state: .unavailable(error.why), tellsContents: true, isPolled: true)
    }
  }

  private struct Unavailable: Error {
    let why: String
  }

  // MARK: Another cluster

  private func remote(
    _ name: String, _ namespace: String, _ reference: ValueSpec.SecretKeySpec
  ) async throws(Unavailable) -> CitusMigration? {
    let kubeconfig = try await value(reference)
    let http = HTTPClient(threadName: "upstream")
    let found: Result<CitusMigration, KubernetesError>
    do throws(KubernetesError) {
      let configuration = try await KubernetesConfiguration.load(
        kubeconfig: Redacted(Array(kubeconfig.reveal().utf8)), origin: "in Secret \(reference.name)")
      var limits = KubernetesClient.Limits()
      limits.requestTimeout = Self.requestTimeout
      let client = KubernetesClient(configuration: configuration, http: http, logger: context.logger, limits: limits)
      found = .success(try await client.get(CitusMigration.self, name: name, namespace: namespace))
    } catch {
      found = .failure(error)
    }
    await http.close()
    switch found {
    case .success(let object): return object
    case .failure(let error) where error.code == .notFound: throw Unavailable(why: "it does not exist there")
    case .failure(let error): throw Unavailable(why: error.message)
    }
  }

  // MARK: A history table

  private func observe(_ history: PromotionSpec.HistorySpec) async -> UpstreamObservation {
    let table = history.table ?? "flyway_schema_history"
    let name = "the history table \(table) of the database in Secret \(history.uri.secretKeyRef.name)"
    do throws(Unavailable) {
      let parameters = try await parameters(history)
      do throws(EngineError) {
        return UpstreamObservation(
          rows: try await ForeignHistory.read(parameters, schema: history.schema, table: table), name: name)
      } catch {
        throw Unavailable(why: error.message)
      }
    } catch {
      return UpstreamObservation(name: name, state: .unavailable(error.why), tellsContents: false, isPolled: true)
    }
  }

  private func parameters(_ history: PromotionSpec.HistorySpec) async throws(Unavailable) -> ConnectionParameters {
    var parameters: ConnectionParameters
    let uri = try await value(history.uri.secretKeyRef)
    do throws(PostgresError) {
      parameters = try ConnectionParameters(uri: uri, defaultMode: .verifyFull)
    } catch {
      throw Unavailable(why: "the URI in Secret '\(history.uri.secretKeyRef.name)' cannot be used: \(error.message)")
    }
    parameters.applicationName = "whimbrel-upstream"
    guard let tls = history.tls else { return parameters }
    parameters.tls.mode = tls.mode.flatMap { TLS.Mode(rawValue: $0) } ?? .verifyFull
    parameters.tls.certificateAuthority = try await text(tls.ca)?.reveal()
    parameters.tls.certificate = try await text(tls.certificate)?.reveal()
    parameters.tls.key = try await text(tls.key)
    return parameters
  }

  // MARK: Secrets

  private func text(_ field: ValueSpec?) async throws(Unavailable) -> Redacted<String>? {
    guard let field else { return nil }
    guard let reference = field.secretKeyRef else { return field.value.map { Redacted($0) } }
    return try await value(reference)
  }

  private func value(_ reference: ValueSpec.SecretKeySpec) async throws(Unavailable) -> Redacted<String> {
    let namespace = object.metadata.namespace
    do throws(KubernetesError) {
      let secret = try await context.client.get(Secret.self, name: reference.name, namespace: namespace)
      if let value = secret.text(reference.key) { return value }
    } catch {
      guard error.code == .notFound else { throw Unavailable(why: "Secret '\(reference.name)': \(error.message)") }
      throw Unavailable(
        why: "Secret '\(reference.name)' does not exist in namespace '\(namespace ?? "")'; create it with key "
          + "'\(reference.key)'")
    }
    throw Unavailable(why: "Secret '\(reference.name)' has no text under key '\(reference.key)'")
  }
}
