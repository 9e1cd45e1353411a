internal import Kubernetes

/// The pods of the controller, by the labels that the manifests and the chart give them.
struct ControllerPods {
  static let selector = "app.kubernetes.io/name=whimbrel,app.kubernetes.io/component=controller"
  /// The most that are read.
  static let most = 50
  private static let container = "controller"

  let client: KubernetesClient
  /// Nil looks in all namespaces.
  let namespace: String?

  /// The pods as they are now, by name.
  ///
  /// - Throws: `KubernetesError`; `CommandError` where there are none, or no right to look in all namespaces.
  func list() async throws -> [Pod] {
    let pods: [Pod]
    do throws(KubernetesError) {
      pods = try await client.list(Pod.self, namespace: namespace, labelSelector: Self.selector, limit: Self.most).items
    } catch {
      guard namespace == nil, error.code == .forbidden else { throw error }
      throw CommandError(
        .unsuitable, "The controller's pods cannot be looked for in all namespaces: \(error.message).",
        nextStep: "Or name the controller's namespace: --controller-namespace whimbrel-system.")
    }
    guard !pods.isEmpty else {
      throw CommandError(
        .unsuitable, "No pod with the labels \(Self.selector) in \(place).",
        nextStep: namespace == nil
          ? "Is the controller installed here? See kubectl get deployments -A."
          : "See where it runs: kubectl get pods -A -l app.kubernetes.io/name=whimbrel.")
    }
    return pods.sorted { $0.key < $1.key }
  }

  /// The container of a pod that the controller is in; sidecars may be beside it.
  static func container(of pod: Pod) -> String? {
    pod.containers.contains(Self.container) ? Self.container : pod.containers.first
  }

  private var place: String { namespace.map { "namespace \(VisibleText.cell($0))" } ?? "any namespace" }
}
