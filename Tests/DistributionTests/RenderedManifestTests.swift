import FoundationEssentials
import TestSupport
import Testing
import YAML

@Suite("The manifests, rendered", .enabled("\(KubernetesTools.missing)") { await KubernetesTools.areHere() })
struct RenderedManifestTests {
  @Test("are what the chart renders, and the chart has what they have")
  func drift() async throws {
    try await ToolRun.run("infrastructure/manifests", ["--check"], in: Checkout.path)
  }

  @Test("are objects that Kubernetes knows, of every release", arguments: ["1.25", "1.29", "1.32", "1.37"])
  func valid(release: String) async throws {
    let text = try await KubernetesTools.kustomize("manifests")
    let objects = try Objects(text)
    #expect(
      objects.names.sorted() == [
        "ClusterRole/whimbrel", "ClusterRoleBinding/whimbrel",
        "CustomResourceDefinition/citusmigrations.whimbrel.dev", "Deployment/whimbrel", "Namespace/whimbrel-system",
        "NetworkPolicy/whimbrel", "PodDisruptionBudget/whimbrel", "Role/whimbrel-leases",
        "RoleBinding/whimbrel-leases", "Service/whimbrel-metrics", "ServiceAccount/whimbrel",
      ])
    for pod in objects.pods { #expect(RestrictedPod.violations(pod) == []) }
    try await KubernetesTools.validate(text, release: release)
  }

  @Test("for Kubernetes before 1.25 are the same, but for what is newer than such a server")
  func old() async throws {
    let current = try Objects(try await KubernetesTools.kustomize("manifests"))
    let text = try await KubernetesTools.kustomize("manifests/before-1.25")
    let old = try Objects(text)
    #expect(old.names.sorted() == current.names.sorted())
    #expect(try old.only("PodDisruptionBudget")["apiVersion"]?.scalar?.text == "policy/v1beta1")
    // Line by line: what is not there any more is the validation rules and the version, and there is nothing else that is new.
    let lines = Set(old.text.split(separator: "\n")), before = Set(current.text.split(separator: "\n"))
    #expect(lines.subtracting(before) == ["apiVersion: policy/v1beta1"])
    let gone = before.subtracting(lines)
    #expect(gone.contains("apiVersion: policy/v1") && gone.contains { $0.hasSuffix("x-kubernetes-validations:") })
    #expect(!text.contains("x-kubernetes-validations"))
    try await KubernetesTools.validate(text, release: "1.25", except: ["PodDisruptionBudget"])
  }

  @Test(
    "can be read by the kubectl at hand, however old its kustomize is",
    arguments: ["manifests", "manifests/monitoring"])
  func readable(folder: String) async throws {
    let text = try await ToolRun.run("kubectl", ["kustomize", folder], in: Checkout.path)
    let current = try await KubernetesTools.kustomize(folder)
    #expect(try Objects(text).names.sorted() == Objects(current).names.sorted())
  }

  @Test("with all components serve one namespace, and hold nothing cluster-wide for the controller")
  func components() async throws {
    let text = try await overlay(
      components: ["namespaced", "monitoring", "aggregated-roles", "approval-policy"],
      more: "images: [{name: whimbrel, newName: registry.example.org/whimbrel, digest: 'sha256:\(digest)'}]")
    let objects = try Objects(text)
    let clusterWide = objects.names.filter { $0.hasPrefix("Cluster") }
    #expect(
      Set(clusterWide) == ["ClusterRole/whimbrel-view", "ClusterRole/whimbrel-edit", "ClusterRole/whimbrel-admin"])
    #expect(objects.names.contains("Role/whimbrel"))
    #expect(objects.names.contains("Namespace/team-a"))
    #expect(objects.names.contains("PrometheusRule/whimbrel"))
    #expect(try objects.arguments().last == "--namespace=$(POD_NAMESPACE)")
    let container = try objects.container()
    #expect(container["image"]?.scalar?.text == "registry.example.org/whimbrel@sha256:\(digest)")
    let variable = try #require(container["env"]?[0])
    #expect(variable["name"]?.scalar?.text == "POD_NAMESPACE")
    #expect(variable["valueFrom"]?["fieldRef"]?["fieldPath"]?.scalar?.text == "metadata.namespace")
    for release in ["1.30", "1.37"] {
      try await KubernetesTools.validate(text, release: release, except: Chart.foreignKinds)
    }
  }

  @Test(
    "have components that can be taken alone",
    arguments: [
      ("namespaced", "Role/whimbrel"), ("monitoring", "ServiceMonitor/whimbrel"),
      ("aggregated-roles", "ClusterRole/whimbrel-edit"),
      ("approval-policy", "ValidatingAdmissionPolicyBinding/whimbrel-approvals"),
    ])
  func component(name: String, object: String) async throws {
    #expect(try Objects(try await overlay(components: [name])).names.contains(object))
  }

  @Test("with the component for webhooks serve them, and may annotate where they serve", arguments: [true, false])
  func webhooks(isNamespaced: Bool) async throws {
    let scope = isNamespaced ? "namespaced" : "cluster"
    let text = try await overlay(components: (isNamespaced ? ["namespaced"] : []) + ["webhook/\(scope)"])
    let objects = try Objects(text)
    #expect(try objects.arguments().contains("--webhook-address=0.0.0.0:8081"))
    #expect(try objects.arguments().contains("--operations-address=0.0.0.0:8080"))
    let port = try objects.container()["ports"]?[1]
    #expect(port?["name"]?.scalar?.text == "webhook" && port?["containerPort"]?.scalar?.text == "8081")
    #expect(try objects.only("NetworkPolicy")["spec"]?["ingress"]?[1]?["ports"]?[0]?["port"]?.scalar?.text == "webhook")
    #expect(objects.names.contains("Service/whimbrel-webhook"))
    let kind = isNamespaced ? "Role" : "ClusterRole"
    let binding = try #require(
      objects.nodes.first {
        $0["kind"]?.scalar?.text == "\(kind)Binding" && $0["metadata"]?["name"]?.scalar?.text == "whimbrel-webhook"
      })
    #expect(binding["subjects"]?[0]?["namespace"]?.scalar?.text == "team-a")
    #expect(objects.names.contains("ClusterRole/whimbrel-webhook") != isNamespaced)
    try await KubernetesTools.validate(text, release: "1.32")
  }

  private let digest = String(repeating: "0", count: 64)

  /// What an overlay for namespace `team-a` makes.
  private func overlay(components: [String], more: String = "") async throws -> String {
    let directory = try TemporaryDirectory()
    let up = directory.path.split(separator: "/").map { _ in ".." }.joined(separator: "/") + Checkout.path
    try directory.write(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      namespace: team-a
      resources: [\(up)/manifests]
      components: [\(components.map { "\(up)/manifests/components/\($0)" }.joined(separator: ", "))]
      \(more)
      """, to: "kustomization.yaml")
    return try await KubernetesTools.kustomize(directory.path)
  }
}
