import FoundationEssentials
import TestSupport
import Testing
import YAML

/// The chart in `charts/whimbrel`, through the real helm.
enum Chart {
  static let folder = "charts/whimbrel"
  /// Kinds that Kubernetes itself does not have.
  static let foreignKinds = ["ServiceMonitor", "PrometheusRule"]

  /// What a release `whimbrel` in namespace `whimbrel-system` is made of.
  static func render(_ values: String, release: String = "whimbrel", kubernetes: String = "1.32") async throws -> String
  {
    try await KubernetesTools.helm(
      ["template", release, folder, "--namespace", "whimbrel-system", "--kube-version", kubernetes], values: values)
  }

  /// A file of the chart.
  static func text(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: "\(Checkout.path)/\(folder)/\(name)")), as: UTF8.self)
  }
}

/// Objects of Kubernetes, as a tool printed them.
struct Objects {
  let text: String
  let nodes: [YAMLNode]

  init(_ text: String) throws {
    self.text = text
    nodes = try YAMLNode.parse(Array(text.utf8)).filter { $0["kind"] != nil }
  }

  /// Each as `Kind/name`.
  var names: [String] {
    nodes.map { "\($0["kind"]?.scalar?.text ?? "")/\($0["metadata"]?["name"]?.scalar?.text ?? "")" }
  }

  /// The only object of a kind.
  func only(_ kind: String) throws -> YAMLNode {
    let found = nodes.filter { $0["kind"]?.scalar?.text == kind }
    try #require(found.count == 1, "\(kind): \(found.count)")
    return found[0]
  }

  /// The arguments of the controller.
  func arguments() throws -> [String] {
    try container()["args"].texts
  }

  /// The container of the Deployment.
  func container() throws -> YAMLNode {
    try #require(try only("Deployment")["spec"]?["template"]?["spec"]?["containers"]?[0])
  }

  /// The pods of Deployments, and pods by themselves.
  var pods: [YAMLNode] {
    nodes.compactMap { node -> YAMLNode? in
      switch node["kind"]?.scalar?.text {
      case "Deployment": node["spec"]?["template"]?["spec"]
      case "Pod": node["spec"]
      default: nil
      }
    }
  }
}

extension YAMLNode? {
  /// The texts of a list; empty where there is none.
  var texts: [String] {
    guard case .sequence(let items)? = self?.content else { return [] }
    return items.compactMap { $0.scalar?.text }
  }
}

/// The pod security standard `restricted`, as far as a pod has to say something for itself.
enum RestrictedPod {
  /// What a pod spec has that the standard refuses.
  static func violations(_ pod: YAMLNode) -> [String] {
    var found: [String] = []
    func expect(_ isFine: Bool, _ what: String) { if !isFine { found.append(what) } }
    for field in ["hostNetwork", "hostPID", "hostIPC"] { expect(pod[field] == nil, field) }
    expect(pod["securityContext"]?["runAsNonRoot"]?.scalar?.text == "true", "runAsNonRoot")
    expect(pod["securityContext"]?["seccompProfile"]?["type"]?.scalar?.text == "RuntimeDefault", "seccompProfile")
    guard case .sequence(let containers)? = pod["containers"]?.content else { return ["no containers"] }
    for security in containers.map({ $0["securityContext"] }) {
      expect(security?["allowPrivilegeEscalation"]?.scalar?.text == "false", "allowPrivilegeEscalation")
      expect(security?["readOnlyRootFilesystem"]?.scalar?.text == "true", "readOnlyRootFilesystem")
      expect((security?["capabilities"]?["drop"]).texts == ["ALL"], "capabilities")
      expect(security?["privileged"] == nil, "privileged")
    }
    return found
  }
}
