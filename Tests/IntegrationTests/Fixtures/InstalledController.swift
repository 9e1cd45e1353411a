import FoundationEssentials
import TestSupport
import Testing

/// A Deployment `whimbrel` of the controller on a real API server, where no kubelet runs it: `infrastructure/as-installed` does,
/// as the Deployment says, with the rights of its service account and no others.
struct InstalledController {
  private let kubectl: Kubectl

  /// That of the namespace of `kubectl`.
  init(_ kubectl: Kubectl) {
    self.kubectl = kubectl
  }

  /// Runs it until `body` has ended; its log is printed when `body` fails.
  func run(_ binary: String, _ body: (RunningProcess) async throws -> Void) async throws {
    let ending = try await RunningProcess.run(
      "\(Checkout.path)/infrastructure/as-installed", [kubectl.namespace],
      environment: ["KUBECONFIG": kubectl.kubeconfig, "WHIMBREL_BINARY": binary]
    ) { controller in
      do {
        try await body(controller)
      } catch {
        print("--- log of the controller\n\(controller.output.suffix(20_000))---")
        throw error
      }
    }.ending
    #expect(ending == .exited(0))
  }
}

/// A kubeconfig with a token of a service account, in the namespace of which it works.
enum ServiceAccountKubeconfig {
  /// Asks the API server for a token that holds for an hour.
  static func token(_ kubectl: Kubectl, serviceAccount: String) async throws -> String {
    struct TokenRequest: Decodable {
      struct Status: Decodable { var token: String }
      var status: Status
    }
    let path = "/api/v1/namespaces/\(kubectl.namespace)/serviceaccounts/\(serviceAccount)/token"
    let answer = try await kubectl.run(
      ["create", "--raw", path, "-f", "-"],
      input: #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":3600}}"#)
    return try JSONDecoder().decode(TokenRequest.self, from: Data(answer.utf8)).status.token
  }

  /// The kubeconfig with such a token.
  static func text(_ kubectl: Kubectl, serviceAccount: String) async throws -> String {
    let token = try await token(kubectl, serviceAccount: serviceAccount)
    let cluster = "jsonpath={.clusters[0].cluster"
    let server = try await kubectl("config", "view", "--raw", "-o", "\(cluster).server}")
    let authority = try await kubectl("config", "view", "--raw", "-o", "\(cluster).certificate-authority-data}")
    return """
      apiVersion: v1
      kind: Config
      current-context: test
      clusters: [{name: test, cluster: {server: "\(server)", certificate-authority-data: \(authority)}}]
      users: [{name: test, user: {token: \(token)}}]
      contexts: [{name: test, context: {cluster: test, user: test, namespace: \(kubectl.namespace)}}]
      """
  }
}
