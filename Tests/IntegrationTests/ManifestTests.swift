import FoundationEssentials
import TestSupport
import Testing

@Suite("The manifests", .statesCitus, .onRealParts)
struct ManifestTests {
  @Test(
    "are taken by the API server, every object of them",
    .enabled("\(Kubectl.needsCurrentKustomize)") { try await Kubectl.hasCurrentKustomize() },
    arguments: [
      "crd", "rbac/cluster", "rbac/namespaced", "rbac/flux/cluster", "rbac/flux/namespaced", "rbac/webhook/cluster",
      "rbac/webhook/namespaced", "rbac/dashboard",
    ])
  func taken(folder: String) async throws {
    let cluster = try await KubernetesCluster.shared()
    let kubectl = Kubectl(kubeconfig: cluster.kubeconfig, namespace: "whimbrel-system")
    // A definition's validation rules are unknown to servers before 1.25.
    let output = try await kubectl(
      "apply", "--dry-run=server", "--validate=false", "-k", "\(Checkout.path)/manifests/\(folder)",
      // The dry run makes no namespace for the objects after it; the infrastructure has it.
      "-o", "name")
    #expect(!output.isEmpty)
  }

  @Test("grant a controller of one namespace the same as one of all namespaces")
  func sameRules() throws {
    let folder = "\(Checkout.path)/manifests/rbac"
    let rules = try ["cluster/resource_cluster_role.yaml", "namespaced/resource_role.yaml"].map { file in
      let text = String(decoding: try Data(contentsOf: URL(filePath: "\(folder)/\(file)")), as: UTF8.self)
      let start = try #require(text.firstRange(of: "rules:\n")).upperBound
      let end = try #require(text.firstRange(of: "---\n")).lowerBound
      return text[start..<end]
    }
    #expect(rules[0] == rules[1])
  }

  /// Kubernetes' pod security standard `restricted`: what a pod must say for itself.
  @Test("run the controller under the restricted pod security standard, unable to write where it runs")
  func restricted() async throws {
    struct Deployment: Decodable {
      struct Spec: Decodable { var replicas: Int, template: Template }
      struct Template: Decodable { var spec: Pod }
      struct Pod: Decodable {
        var hostNetwork: Bool?, hostPID: Bool?, hostIPC: Bool?
        var securityContext: PodSecurity
        var containers: [Container]
        var volumes: [[String: Volume]]
      }
      enum Volume: Decodable {
        case name(String), emptyDir
        init(from decoder: any Decoder) throws {
          let text = try? decoder.singleValueContainer().decode(String.self)
          self = text.map { .name($0) } ?? .emptyDir
        }
      }
      struct PodSecurity: Decodable { var runAsNonRoot: Bool, seccompProfile: [String: String] }
      struct Container: Decodable {
        struct Security: Decodable {
          var allowPrivilegeEscalation: Bool, readOnlyRootFilesystem: Bool, capabilities: [String: [String]]
          var privileged: Bool?
        }
        var name: String
        var securityContext: Security
      }
      var spec: Spec
    }
    let cluster = try await KubernetesCluster.shared()
    let kubectl = try await cluster.makeNamespace()
    let text = try await kubectl(
      "apply", "--dry-run=client", "--validate=false", "-o", "json", "-f",
      "\(Checkout.path)/manifests/controller/deployment.yaml", "-n", "whimbrel-system")
    let deployment = try JSONDecoder().decode(Deployment.self, from: Data(text.utf8))
    let pod = deployment.spec.template.spec
    #expect(deployment.spec.replicas == 2)
    #expect([pod.hostNetwork, pod.hostPID, pod.hostIPC] == [nil, nil, nil])
    #expect(pod.securityContext.runAsNonRoot && pod.securityContext.seccompProfile == ["type": "RuntimeDefault"])
    #expect(pod.volumes.allSatisfy { Set($0.keys).isSubset(of: ["name", "emptyDir"]) })
    for container in pod.containers {
      let security = container.securityContext
      #expect(!security.allowPrivilegeEscalation && security.readOnlyRootFilesystem && security.privileged == nil)
      #expect(security.capabilities == ["drop": ["ALL"]])
    }
  }
}
