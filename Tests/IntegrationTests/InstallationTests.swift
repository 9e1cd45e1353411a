import FoundationEssentials
import TestSupport
import Testing

/// They make cluster-wide objects of one name, so they have an API server of their own, and run one after the other.
@Suite(
  "Installed as docs/install.md says", .serialized, .onRealParts, .statesCitus, .ownAPIServer,
  .enabled("\(KubernetesTools.missing)") { await KubernetesTools.areHere() })
struct InstallationTests {
  @Test("by kubectl apply -k, it migrates a resource of any namespace")
  func kustomizeBase() async throws {
    try await withWorld { world, kubectl in
      let home = Kubectl(kubeconfig: kubectl.kubeconfig, namespace: "whimbrel-system")
      try await apply(try await KubernetesTools.kustomize(try await folder(kubectl)), home)
      try await migrate(world, by: InstalledController(home))
    }
  }

  @Test("with the component for one namespace, it migrates there, and may do nothing elsewhere")
  func kustomizeNamespaced() async throws {
    try await withWorld { world, elsewhere in
      let directory = try TemporaryDirectory()
      let up = directory.path.split(separator: "/").map { _ in ".." }.joined(separator: "/") + Checkout.path
      try directory.write(
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: \(world.namespace)
        resources: [\(up)/\(try await folder(elsewhere))]
        components: [\(up)/manifests/components/namespaced, \(up)/manifests/components/aggregated-roles]
        """, to: "kustomization.yaml")
      try await apply(try await KubernetesTools.kustomize(directory.path), world.kubectl)
      try await migrate(world, by: InstalledController(world.kubectl))
      let account = "system:serviceaccount:\(world.namespace):whimbrel"
      #expect(try await can("get", "secrets", account, world.kubectl))
      #expect(try await can("get", "secrets", account, elsewhere) == false)
    }
  }

  @Test("by helm, it migrates, is upgraded with its resource definition, and leaves that behind when it is uninstalled")
  func helm() async throws {
    try await withWorld { world, kubectl in
      // What the other tests, and the making of the world, have brought without helm.
      try await kubectl(
        "delete", "--ignore-not-found", "crd/citusmigrations.whimbrel.dev", "clusterrole/whimbrel",
        "clusterrolebinding/whimbrel", "clusterrole/whimbrel-view", "clusterrole/whimbrel-edit",
        "clusterrole/whimbrel-admin")
      try await helm("install", kubectl, "{webhook: {enabled: false}}")
      try await kubectl.waitForDefinition("citusmigrations.whimbrel.dev")
      try await migrate(world, by: InstalledController(kubectl))

      try await kubectl(
        "patch", "crd", "citusmigrations.whimbrel.dev", "--type=json", "-p",
        #"[{"op": "replace", "path": "/spec/names/shortNames", "value": ["older"]}]"#)
      try await helm(
        "upgrade", kubectl,
        "{webhook: {enabled: true}, flux: {enabled: true}, rbac: {aggregatedRoles: true}, metrics: {dashboard: {enabled: true}}}"
      )
      let names = try await kubectl(
        "get", "crd", "citusmigrations.whimbrel.dev", "-o", "jsonpath={.spec.names.shortNames}")
      #expect(names == #"["cmig"]"#)
      try await InstalledController(kubectl).run(world.binary) { controller in
        let endpoint = try await OperationsEndpoint(controller)
        _ = try await eventually("ready") { try await endpoint.get("/readyz").status == 200 ? true : nil }
        #expect(try await testPod(port: endpoint.port, kubectl) == "HTTP/1.1 200 OK")
        #expect(controller.output.contains("webhook.port"))
      }

      try await helm("uninstall", kubectl)
      let left = try await kubectl(
        "get", "deployment,service,networkpolicy,pdb,role,clusterrole,serviceaccount", "-A", "-o", "name", "-l",
        "app.kubernetes.io/managed-by=Helm")
      #expect(left.isEmpty)
      #expect(try await world.migration().status?.currentVersion == "2")
      // The same name takes the definition over again.
      try await helm("install", kubectl)
      try await helm("uninstall", kubectl)
    }
  }

  @Test("by helm for one namespace, twice in a cluster, each migrates its own")
  func helmNamespaced() async throws {
    try await withWorld { first, _ in
      try await withWorld { second, _ in
        for world in [first, second] {
          let notes = try await helm(
            "install", world.kubectl, "{namespaced: {enabled: true}, crds: {install: false}}")
          for part in ["serves namespace \(world.namespace)", "name yours by image.repository", "must be there"] {
            #expect(notes.contains(part), "\(part)")
          }
        }
        for world in [first, second] {
          try await migrate(world, by: InstalledController(world.kubectl))
          let account = "system:serviceaccount:\(world.namespace):whimbrel"
          let other = world.namespace == first.namespace ? second : first
          #expect(try await can("patch", "citusmigrations.whimbrel.dev", subresource: "status", account, world.kubectl))
          #expect(
            try await can("patch", "citusmigrations.whimbrel.dev", subresource: "status", account, other.kubectl)
              == false)
        }
      }
    }
  }

  // MARK: Steps

  /// Runs `body` with a world for a resource, and with another namespace for the controller.
  private func withWorld(_ body: (World, Kubectl) async throws -> Void) async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    let kubernetes = try await KubernetesCluster.prepare(kubeconfig: local.kubeconfig)
    try await World.with(workers: 0, kubernetes: kubernetes) { world in
      try await body(world, try await kubernetes.makeNamespace())
    }
  }

  /// Two migrations of a new resource, by the controller as it is installed.
  private func migrate(_ world: World, by installed: InstalledController) async throws {
    try await world.applyFiles(Trace.files(2))
    try await world.applyMigration()
    try await installed.run(world.binary) { _ in
      let migration = try await world.waitUntilReady()
      #expect(migration.status?.currentVersion == "2")
    }
  }

  /// The folder of manifests that docs/install.md names for the API server at hand.
  private func folder(_ kubectl: Kubectl) async throws -> String {
    struct Release: Decodable { var major: String, minor: String }
    let text = try await kubectl("get", "--raw", "/version")
    let release = try JSONDecoder().decode(Release.self, from: Data(text.utf8))
    let minor = try #require(Int(release.minor.prefix { $0.isNumber }))
    return release.major == "1" && minor < 25 ? "manifests/before-1.25" : "manifests"
  }

  /// With kubectl's own validation, as a user has it.
  private func apply(_ manifests: String, _ kubectl: Kubectl) async throws {
    try await kubectl.run(["apply", "--dry-run=server", "-f", "-"], input: manifests)
    try await kubectl.run(["apply", "-f", "-"], input: manifests)
  }

  /// What helm prints, the chart's notes among it.
  @discardableResult
  private func helm(_ verb: String, _ kubectl: Kubectl, _ values: String? = nil) async throws -> String {
    let chart = verb == "uninstall" ? [] : ["charts/whimbrel"]
    return try await KubernetesTools.helm(
      [verb, "whimbrel"] + chart + ["--kubeconfig", kubectl.kubeconfig, "--namespace", kubectl.namespace],
      values: values)
  }

  private func can(
    _ verb: String, _ resource: String, subresource: String = "", _ account: String, _ kubectl: Kubectl
  ) async throws -> Bool {
    do {
      return try await kubectl("auth", "can-i", verb, resource, "--subresource", subresource, "--as", account)
        .hasPrefix("yes")
    } catch is Kubectl.Failure {
      return false
    }
  }

  /// What the pod of `helm test` says, run here against a port of this machine.
  private func testPod(port: String, _ kubectl: Kubectl) async throws -> String {
    struct Pod: Decodable {
      struct Spec: Decodable { var containers: [Container] }
      struct Container: Decodable { var command: [String], args: [String] }
      var spec: Spec
    }
    let text = try await KubernetesTools.helm(
      [
        "template", "whimbrel", "charts/whimbrel", "--namespace", kubectl.namespace, "--show-only",
        "templates/tests/ready.yaml",
      ])
    let json = try await kubectl.run(
      ["create", "--dry-run=client", "--validate=false", "-o", "json", "-f", "-"], input: text)
    let container = try #require(try JSONDecoder().decode(Pod.self, from: Data(json.utf8)).spec.containers.first)
    return try await ToolRun.run(
      container.command[0], Array(container.command.dropFirst()) + container.args, in: Checkout.path,
      environment: ["HOST": "127.0.0.1", "PORT": port])
  }
}
