import FoundationEssentials
import TestSupport
import Testing

@Suite("A controller that lacks a right", .statesCitus, .onRealParts)
struct MissingRightTests {
  /// The rights of `manifests/rbac`, in one namespace, but for one.
  struct Lacking: Sendable, CustomTestStringConvertible {
    let verb: String
    let group: String
    let resource: String
    /// The reason of `Ready` in which it shows, with the rule in its message; nil: in the log.
    var reason: String?

    var testDescription: String { "\(verb) \(resource)" }

    var rule: String {
      #"apiGroups ["\#(group)"], resources ["\#(resource)"], verbs ["\#(verb)"]"#
    }

    var role: String {
      let rights: [(String, String, [String])] = [
        ("whimbrel.dev", "citusmigrations", ["get", "list", "watch"]),
        ("whimbrel.dev", "citusmigrations/status", ["patch"]),
        ("", "configmaps", ["get", "list", "watch"]), ("", "secrets", ["get", "list", "watch"]),
        ("events.k8s.io", "events", ["create", "patch"]),
        ("coordination.k8s.io", "leases", ["get", "list", "watch", "create", "update"]),
      ]
      let rules = rights.compactMap { group, resource, verbs -> String? in
        let left = verbs.filter { (group, resource, $0) != (self.group, self.resource, verb) }
        return left.isEmpty
          ? nil : "{apiGroups: ['\(group)'], resources: ['\(resource)'], verbs: [\(left.joined(separator: ", "))]}"
      }
      return """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {name: lacking}
        rules: [\(rules.joined(separator: ", "))]
        """
    }
  }

  @Test(
    "says which one, for what, in which namespace, and where to add it",
    arguments: [
      Lacking(verb: "patch", group: "whimbrel.dev", resource: "citusmigrations/status"),
      Lacking(verb: "list", group: "whimbrel.dev", resource: "citusmigrations"),
      Lacking(verb: "watch", group: "whimbrel.dev", resource: "citusmigrations"),
      Lacking(verb: "get", group: "", resource: "secrets", reason: "SecretUnavailable"),
      Lacking(verb: "list", group: "", resource: "secrets"),
      Lacking(verb: "get", group: "", resource: "configmaps", reason: "SourceUnavailable"),
      Lacking(verb: "list", group: "", resource: "configmaps"),
      Lacking(verb: "create", group: "coordination.k8s.io", resource: "leases"),
      Lacking(verb: "create", group: "events.k8s.io", resource: "events"),
    ])
  func lacking(_ lacking: Lacking) async throws {
    try await World.with(workers: 0) { world in
      try await world.kubectl("create", "serviceaccount", "lacking")
      try await world.kubectl.apply(lacking.role)
      try await world.kubectl(
        "create", "rolebinding", "lacking", "--role=lacking", "--serviceaccount=\(world.namespace):lacking")
      let folder = try TemporaryDirectory()
      let kubeconfig = try folder.write(
        try await ServiceAccountKubeconfig.text(world.kubectl, serviceAccount: "lacking"), to: "kubeconfig")
      try await world.applyFiles(Trace.files(1))
      try await world.applyMigration()
      let rule =
        "add to a Role in namespace '\(world.namespace)', bound to the identity that is used: " + lacking.rule
      // A controller that may not take its Lease ends by itself.
      _ = try await world.runController(kubeconfig: kubeconfig) { controller in
        if let reason = lacking.reason {
          let waiting = try await world.wait(forReason: reason)
          #expect(waiting.ready?.message.contains(rule) == true, "\(waiting.ready?.message ?? "")")
        } else {
          // As a value in a log, quotes are escaped.
          let text = rule.replacing("\"", with: "\\\"")
          _ = try await eventually("the log names the right", lastState: { String(controller.output.suffix(4000)) }) {
            controller.output.contains(text) || controller.output.contains(rule) ? true : nil
          }
        }
      }
    }
  }
}
