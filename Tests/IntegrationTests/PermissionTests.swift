import FoundationEssentials
import TestSupport
import Testing

/// These serve all namespaces, so they have an API server of their own.
@Suite("With exactly the permissions of manifests/rbac", .serialized, .onRealParts, .statesCitus, .ownAPIServer)
struct PermissionTests {
  @Test(
    "two replicas do all that they do, nothing is refused, and nothing is granted that they do not use",
    .enabled("\(Kubectl.needsCurrentKustomize)") { try await Kubectl.hasCurrentKustomize() },
    arguments: Installation.Kind.allCases)
  func leastPrivilege(kind: Installation.Kind) async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    try await World.with(kubernetes: try await .prepare(kubeconfig: local.kubeconfig)) { world in
      let installation = try await Installation(kind, in: world)
      _ = try await RunningProcess.run(world.binary, installation.arguments) { first in
        try await first.waitForOutput("controller started")
        _ = try await RunningProcess.run(world.binary, installation.arguments) { second in
          do {
            try await live(world, first, second)
          } catch {
            print("--- logs of both\n\(first.output.suffix(10_000))---\n\(second.output.suffix(10_000))---")
            throw error
          }
        }
      }
      let granted = try await installation.granted()
      let requests = try await installation.requests(local, using: granted.subtracting(Self.seldom))
      #expect(requests.filter { $0.code == 403 } == [])
      let used = Set(requests.compactMap(\.permission))
      #expect(used.subtracting(granted) == [], "what is used is granted")
      #expect(granted.subtracting(used) == Self.seldom, "what is granted is used")
    }
  }

  @Test(
    "for Flux and webhooks as well: what the further manifests grant is what those use",
    .enabled("\(Kubectl.needsCurrentKustomize)") { try await Kubectl.hasCurrentKustomize() },
    arguments: Installation.Kind.allCases)
  func further(kind: Installation.Kind) async throws {
    let local = try #require(OwnAPIServer.infrastructure)
    try await World.with(workers: 0, kubernetes: try await .prepare(kubeconfig: local.kubeconfig)) { world in
      let kinds = [("GitRepository", "gitrepositories"), ("OCIRepository", "ocirepositories"), ("Bucket", "buckets")]
      for (kind, plural) in kinds {
        try await FluxFixture.install(kind, plural, versions: ["v1"], world.kubectl)
      }
      let installation = try await Installation(kind, in: world, further: ["flux", "webhook"])
      try await world.kubectl.apply(SecretManifest("hook", ["token": "correct-horse-battery-staple"]))
      let arguments = installation.arguments + ["--webhook-address", "127.0.0.1:0"]
      _ = try await RunningProcess.run(world.binary, arguments) { controller in
        for (kind, _) in kinds {
          try await world.applyMigration {
            $0.name = kind.lowercased()
            $0.migrations = "{fluxSource: {kind: \(kind), name: app}}"
            $0.more = ["retryInterval: 1h", "webhook: {type: gitlab, secretRef: {name: hook}}"]
          }
          try await world.wait(forReason: "SourceNotFound", kind.lowercased())
        }
        let endpoint = try await WebhookTests.Endpoint(controller)
        let answer = try await endpoint.call(
          "/hooks/\(world.namespace)/bucket", [("X-Gitlab-Token", "correct-horse-battery-staple")], body: "")
        #expect(answer == 202)
        // By the watches alone: no look comes by time.
        _ = try await eventually("all kinds are followed") {
          controller.output.matches(of: /following a kind of Flux/).count == kinds.count ? true : nil
        }
        for (kind, _) in kinds {
          try await world.kubectl.apply(
            """
            {"apiVersion": "source.toolkit.fluxcd.io/v1", "kind": "\(kind)", "metadata": {"name": "app"}, "spec": {}}
            """)
          try await world.wait(forReason: "SourceUnavailable", kind.lowercased())
        }
        // The first may have come by the list; what follows comes by the watch.
        for (kind, _) in kinds {
          try await world.kubectl("delete", "\(kind).source.toolkit.fluxcd.io", "app")
          try await world.wait(forReason: "SourceNotFound", kind.lowercased())
        }
      }
      let granted = try await installation.granted(only: ["flux", "webhook"])
      let requests = try await installation.requests(local, using: granted)
      #expect(requests.filter { $0.code == 403 } == [])
      let used = Set(requests.compactMap(\.permission))
      #expect(used.subtracting(try await installation.granted()) == [], "what is used is granted")
      #expect(granted.subtracting(used) == [], "what is granted is used")
    }
  }

  /// What is needed only when two processes take themselves for the leader: a report that the API server refused is
  /// compared with the object.
  private static let seldom: Set<Installation.Permission> = ["get whimbrel.dev/citusmigrations"]

  /// A life: a run, a failure told again and again, a repair, a ConfigMap by label, and a leader that goes.
  private func live(_ world: World, _ first: RunningProcess, _ second: RunningProcess) async throws {
    try await world.applyFiles(Trace.files(2))
    try await world.applyMigration()
    try await world.waitUntilReady()
    try await world.applyFiles(Trace.files(3, extra: [3: "SELECT no_such_function();"]))
    try await world.wait(forReason: "MigrationFailed")
    for token in ["1", "2", "3"] {
      try await world.kubectl("annotate", "--overwrite", "cmig", "app", "whimbrel.dev/reconcile-at=\(token)")
      try await world.wait(for: "token \(token)") { $0.status?.lastHandledReconcileAt == token }
    }
    try await world.kubectl.apply(ConfigMapManifest("selected", labels: ["app": "trace"], Trace.files(3)))
    try await world.applyMigration { $0.migrations = "{configMap: {selector: {matchLabels: {app: trace}}}}" }
    try await world.waitUntilReady()
    try first.terminate()
    try await first.waitForEnd()
    try await world.kubectl.apply(ConfigMapManifest("selected", labels: ["app": "trace"], Trace.files(4)))
    try await world.wait(for: "version 4") { $0.status?.currentVersion == "4" }
    #expect(!second.hasEnded)
    #expect(try await Trace.versions(world) == Trace.once(4))
  }
}

/// The permissions of `manifests/rbac`, installed in a namespace of a test, and a kubeconfig for their service account.
struct Installation {
  enum Kind: String, CaseIterable, Sendable {
    case cluster, namespaced
  }

  /// What a role grants and a request needs: `patch whimbrel.dev/citusmigrations/status`.
  typealias Permission = String

  /// One line of the API server's audit log.
  struct Request: Equatable {
    let text: String
    let code: Int
    /// Nil for requests about no resource, such as those for the server's version.
    let permission: Permission?
  }

  let arguments: [String]
  private let kind: Kind
  private let world: World
  private let user: String
  private let suffix: String
  private let further: [String]
  private let directory: TemporaryDirectory

  /// Installs the roles of a kind, and of the folders `further`, in a namespace of a test.
  init(_ kind: Kind, in world: World, further: [String] = []) async throws {
    self.kind = kind
    self.further = further
    self.world = world
    suffix = "-\(world.namespace)"
    directory = try TemporaryDirectory()
    let name = "whimbrel\(suffix)"
    user = "system:serviceaccount:\(world.namespace):\(name)"
    let up = directory.path.split(separator: "/").map { _ in ".." }.joined(separator: "/")
    let folders = [kind.rawValue] + further.map { "\($0)/\(kind.rawValue)" }
    let resources = folders.map { "\(up)\(Checkout.path)/manifests/rbac/\($0)" }.joined(separator: ", ")
    try directory.write(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      namespace: \(world.namespace)
      nameSuffix: \(suffix)
      resources: [\(resources)]
      """, to: "kustomization.yaml")
    try await world.kubectl("apply", "-k", directory.path)
    let kubeconfig = try directory.write(
      try await ServiceAccountKubeconfig.text(world.kubectl, serviceAccount: name), to: "kubeconfig")
    let scope = kind == .namespaced ? ["--namespace", world.namespace] : []
    arguments =
      [
        "controller", "--kubeconfig", kubeconfig, "--lease-namespace", world.namespace, "--operations-address",
        "127.0.0.1:0",
      ] + scope
  }

  /// Everything that the service account has asked for, as soon as all of `permissions` are among it.
  ///
  /// The API server writes its log behind its answers; what is missing after a while is missing.
  func requests(_ local: LocalInfrastructure, using permissions: Set<Permission>) async throws -> [Request] {
    let found = try? await eventually("all that is granted is in the log", timeout: .seconds(20)) {
      let requests = try requests(local)
      return permissions.isSubset(of: requests.compactMap(\.permission)) ? requests : nil
    }
    if let found { return found }
    return try requests(local)
  }

  private func requests(_ local: LocalInfrastructure) throws -> [Request] {
    struct Line: Decodable {
      struct User: Decodable { var username: String }
      struct Object: Decodable { var resource: String?, apiGroup: String?, subresource: String? }
      struct Status: Decodable { var code: Int? }
      var user: User
      var verb: String
      var requestURI: String
      var objectRef: Object?
      var responseStatus: Status?
    }
    let log = try Data(contentsOf: URL(filePath: local.auditLog))
    return try log.split(separator: UInt8(ascii: "\n")).compactMap { text in
      let line = try JSONDecoder().decode(Line.self, from: Data(text))
      guard line.user.username == user else { return nil }
      let permission = line.objectRef.flatMap { object in
        object.resource.map { resource in
          Self.permission(
            line.verb, object.apiGroup ?? "", resource + (object.subresource.map { "/\($0)" } ?? ""))
        }
      }
      return Request(
        text: "\(line.verb) \(line.requestURI)", code: line.responseStatus?.code ?? 0, permission: permission)
    }
  }

  /// What the roles of the manifests grant, as the API server has them.
  func granted(only folders: [String]? = nil) async throws -> Set<Permission> {
    struct Role: Decodable {
      struct Rule: Decodable { var apiGroups: [String], resources: [String], verbs: [String] }
      var rules: [Rule]
    }
    let names = folders?.map { "whimbrel-\($0)" } ?? ["whimbrel"] + further.map { "whimbrel-\($0)" }
    var roles: [Role] = []
    for name in names {
      roles.append(
        try await world.kubectl.get(Role.self, kind == .cluster ? "clusterrole" : "role", "\(name)\(suffix)"))
    }
    if folders == nil { roles.append(try await world.kubectl.get(Role.self, "role", "whimbrel-leases\(suffix)")) }
    return Set(
      roles.flatMap(\.rules).flatMap { rule in
        rule.apiGroups.flatMap { group in
          rule.resources.flatMap { resource in
            rule.verbs.map { Self.permission($0, group, resource) }
          }
        }
      })
  }

  private static func permission(_ verb: String, _ group: String, _ resource: String) -> Permission {
    "\(verb) \(group.isEmpty ? "" : group + "/")\(resource)"
  }
}
