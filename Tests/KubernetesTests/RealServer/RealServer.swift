import FoundationEssentials
import HTTP
import Kubernetes
import Logging
import Support
import Testing

/// A real API server, named by a kubeconfig in `WHIMBREL_TEST_KUBECONFIG`.
enum RealServer {
  static let variable = "WHIMBREL_TEST_KUBECONFIG"
  static var kubeconfig: String? {
    ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }
  static let skipReason: Comment = "WHIMBREL_TEST_KUBECONFIG names no kubeconfig of a real API server"

  /// The context of the local infrastructure's kubeconfig that holds a token.
  static let tokenContext = "whimbrel-token"

  static func token() async -> Redacted<String>? {
    guard kubeconfig != nil, case .token(let token)? = try? await load(context: tokenContext).authentication else {
      return nil
    }
    return token
  }

  /// Runs a test with a client and a namespace name prefix of its own, and removes what it made.
  static func with(
    _ configuration: KubernetesConfiguration? = nil,
    _ body: (KubernetesClient, String) async throws -> Void
  ) async throws {
    let http = HTTPClient()
    let loaded: KubernetesConfiguration
    if let configuration { loaded = configuration } else { loaded = try await load() }
    let client = KubernetesClient(configuration: loaded, http: http, logger: .quiet)
    let prefix = "whimbrel-test-\(UUID().uuidString.lowercased().prefix(8))"
    let result: Result<Void, any Error>
    do {
      result = .success(try await body(client, prefix))
    } catch {
      result = .failure(error)
    }
    try? await removeAll(client, prefix)
    await http.close()
    try result.get()
  }

  static func load(context: String? = nil) async throws -> KubernetesConfiguration {
    try await KubernetesConfiguration.load(kubeconfig: kubeconfig, context: context, environment: [:])
  }

  private static func removeAll(_ client: KubernetesClient, _ prefix: String) async throws {
    for map in try await client.listAll(ConfigMap.self, namespace: "default").items
    where map.metadata.name.hasPrefix(prefix) {
      try await client.delete(ConfigMap.self, name: map.metadata.name, namespace: "default")
    }
    for lease in try await client.listAll(Lease.self, namespace: "default").items
    where lease.metadata.name.hasPrefix(prefix) {
      try await client.delete(Lease.self, name: lease.metadata.name, namespace: "default")
    }
  }

  static func configMap(_ name: String, _ data: [String: String] = [:], label: String? = nil) -> ConfigMap {
    ConfigMap(
      metadata: ObjectMetadata(name: name, namespace: "default", labels: label.map { ["test": $0] } ?? [:]), data: data)
  }
}
