internal import Glibc

/// The Kubernetes API that `WHIMBREL_TEST_KUBECONFIG` leads to, with the project's resource definitions installed.
package struct KubernetesCluster: Sendable {
  package let kubeconfig: String

  /// Why there is no API server to test on; nil when there is one.
  package static let unavailableReason: String? =
    getenv("WHIMBREL_TEST_KUBECONFIG") == nil
    ? "WHIMBREL_TEST_KUBECONFIG does not name the kubeconfig of a running API server" : nil

  /// The API server that all tests of this process share; the first who asks installs the resource definitions.
  package static func shared() async throws -> KubernetesCluster {
    try await SharedKubernetesCluster.instance.cluster()
  }

  /// Makes an API server ready for tests.
  package static func prepare(kubeconfig: String) async throws -> KubernetesCluster {
    let kubectl = Kubectl(kubeconfig: kubeconfig, namespace: "default")
    // kubectl older than 1.23 does not know validation rules in a definition, the server takes or drops them.
    try await kubectl("apply", "--validate=false", "-k", Checkout.path + "/manifests/crd")
    try await kubectl.waitForDefinition("citusmigrations.whimbrel.dev")
    return KubernetesCluster(kubeconfig: kubeconfig)
  }

  /// A new namespace, and a kubectl for it.
  ///
  /// It stays: without a controller manager nothing would end it.
  package func makeNamespace() async throws -> Kubectl {
    let name = "test-\(getpid())-" + String(UInt64.random(in: .min ... .max), radix: 36)
    let kubectl = Kubectl(kubeconfig: kubeconfig, namespace: name)
    try await kubectl("create", "namespace", name)
    return kubectl
  }
}

private actor SharedKubernetesCluster {
  static let instance = SharedKubernetesCluster()
  private var preparing: Task<KubernetesCluster, any Error>?

  func cluster() async throws -> KubernetesCluster {
    // Unstructured, so that the first test may end or be cancelled without taking the answer from the others.
    let task =
      preparing
      ?? Task {
        guard let path = getenv("WHIMBREL_TEST_KUBECONFIG") else {
          throw Kubectl.Failure(description: KubernetesCluster.unavailableReason ?? "")
        }
        return try await KubernetesCluster.prepare(kubeconfig: String(cString: path))
      }
    preparing = task
    return try await task.value
  }
}
