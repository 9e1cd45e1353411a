import Postgres
import Support
import TestSupport
import Testing

/// What one test has for itself: a namespace, a database, and kubectl and connections to both.
struct World: Sendable {
  let kubectl: Kubectl
  let database: CitusDatabase
  let binary: String
  /// How many workers the database has, which resources expect unless they say otherwise.
  let workers: Int

  var namespace: String { kubectl.namespace }
  var cluster: CitusCluster { database.cluster }

  /// Gives a test its namespace, with the Secret `credentials` in it, and its database.
  ///
  /// A database without workers is made in half the time.
  static func with(
    workers: Int = 2, kubernetes: KubernetesCluster? = nil, _ body: (World) async throws -> Void
  ) async throws {
    let binary = try #require(RealParts.binary)
    let kubernetes = if let kubernetes { kubernetes } else { try await KubernetesCluster.shared() }
    let kubectl = try await kubernetes.makeNamespace()
    let cluster = try await CitusCluster.shared()
    try await cluster.withDatabase(workers: workers) { database in
      let world = World(kubectl: kubectl, database: database, binary: binary, workers: workers)
      try await kubectl.apply(SecretManifest("credentials", world.credentials))
      try await body(world)
    }
  }

  /// As `with`, with a controller that serves the namespace.
  static func withController(
    workers: Int = 2, _ arguments: [String] = [], _ body: (World, RunningProcess) async throws -> Void
  ) async throws {
    try await with(workers: workers) { world in
      let ending = try await world.runController(arguments) { controller in
        try await body(world, controller)
      }
      #expect(ending == .exited(0), "the controller ends well at SIGTERM")
    }
  }

  /// Runs a controller for the namespace while `body` runs; then SIGTERM.
  ///
  /// Its log is printed when `body` fails.
  func runController(
    _ arguments: [String] = [], kubeconfig: String? = nil, _ body: (RunningProcess) async throws -> Void
  ) async throws -> RunningProcess.Ending {
    let arguments =
      [
        "controller", "--operations-address", "", "--kubeconfig", kubeconfig ?? kubectl.kubeconfig, "--namespace",
        namespace, "--lease-namespace",
        namespace, "--log-level", "debug",
      ] + arguments
    return try await RunningProcess.run(binary, arguments) { controller in
      do {
        try await body(controller)
      } catch {
        print("--- log of the controller for \(namespace)\n\(controller.output.suffix(20_000))---")
        throw error
      }
    }.ending
  }

  // MARK: Kubernetes

  /// Values of the Secret that resources refer to.
  var credentials: [String: String] {
    let parameters = database.parameters()
    return [
      "username": parameters.user, "password": parameters.password?.reveal() ?? "",
      "ca.crt": parameters.tls.certificateAuthority ?? "",
    ]
  }

  /// Makes or changes the ConfigMap `migrations`.
  func applyFiles(_ files: [String: String], configMap: String = "migrations") async throws {
    // Replaced, not merged: a file that is not named is to go.
    try await kubectl.apply(ConfigMapManifest(configMap, files))
  }

  /// Makes or changes the resource `app`, after what `change` does to the usual manifest.
  func applyMigration(_ change: (inout MigrationManifest) -> Void = { _ in }) async throws {
    var manifest = MigrationManifest(database)
    manifest.workers = "{expected: \(workers)}"
    change(&manifest)
    try await kubectl.apply(manifest.text)
  }

  /// The resource as it is now.
  func migration(_ name: String = "app") async throws -> Migration {
    try await kubectl.get(Migration.self, "cmig", name)
  }

  /// Waits until the resource is Ready, and returns it.
  @discardableResult
  func waitUntilReady(_ name: String = "app", timeout: Int = 60) async throws -> Migration {
    do {
      try await kubectl("wait", "--for=condition=Ready", "--timeout=\(timeout)s", "cmig/\(name)")
    } catch {
      throw NotReady(description: "\(error)\n\(try await kubectl("get", "cmig", name, "-o", "yaml"))")
    }
    return try await migration(name)
  }

  struct NotReady: Error, CustomStringConvertible {
    let description: String
  }

  /// Waits until the resource fulfils a condition, and returns it.
  @discardableResult
  func wait(
    for expectation: String, _ name: String = "app", timeout: Duration = .seconds(60),
    _ isReached: (Migration) -> Bool
  ) async throws -> Migration {
    let reached = try await kubectl.follow(Migration.self, "cmig", name, timeout: timeout) {
      isReached($0) ? $0 : nil
    }
    if let reached { return reached }
    let state = (try? await kubectl("get", "cmig", name, "-o", "yaml")) ?? "no resource"
    throw NotInTime(description: "not within \(timeout): \(expectation)\n\(state)")
  }

  /// Waits until `Ready` is False for a reason, and returns the resource.
  @discardableResult
  func wait(forReason reason: String, _ name: String = "app") async throws -> Migration {
    try await wait(for: "Ready=False, reason \(reason)", name) {
      $0.ready?.status == "False" && $0.ready?.reason == reason
    }
  }

  /// The cell of a column in `kubectl get cmig -o wide`, blank if it is empty.
  func column(_ title: String, _ name: String = "app") async throws -> String? {
    let lines = try await kubectl("get", "cmig", name, "-o", "wide").split(separator: "\n").map(Array.init)
    guard lines.count == 2 else { return nil }
    // Columns begin below their titles, at the same place in both lines.
    let starts = lines[0].indices.filter { lines[0][$0] != " " && ($0 == 0 || lines[0][$0 - 1] == " ") }
    guard let column = starts.firstIndex(where: { String(lines[0][$0...]).hasPrefix(title) }) else { return nil }
    let end = column + 1 < starts.count ? starts[column + 1] : lines[1].count
    let cell = lines[1][min(starts[column], lines[1].count)..<min(end, lines[1].count)]
    return cell.split(separator: " ").map { String($0) }.joined(separator: " ")
  }

  /// The Leases of the targets in the namespace, with their holders.
  func leases() async throws -> [(name: String, holder: String)] {
    try await allLeases().filter { $0.name != Self.leaderLease }
  }

  /// Who holds the Lease of the election; empty when nobody does, nil when there is none.
  func leader() async throws -> String? {
    try await allLeases().first { $0.name == Self.leaderLease }?.holder
  }

  private static let leaderLease = "whimbrel-leader"

  private func allLeases() async throws -> [(name: String, holder: String)] {
    struct List: Decodable {
      struct Lease: Decodable {
        struct Metadata: Decodable { var name: String }
        struct Spec: Decodable { var holderIdentity: String? }
        var metadata: Metadata
        var spec: Spec
      }
      var items: [Lease]
    }
    return try await kubectl.get(List.self, "leases").items.map { ($0.metadata.name, $0.spec.holderIdentity ?? "") }
  }

  // MARK: Database

  /// The scripts that the history table records as applied, by rank.
  func appliedScripts() async throws -> [String] {
    try await database.lines("SELECT script FROM flyway_schema_history WHERE success ORDER BY installed_rank")
  }

  /// Whether a relation exists on the coordinator.
  func exists(_ relation: String) async throws -> Bool {
    try await database.value("SELECT to_regclass('\(relation)') IS NOT NULL") == "t"
  }
}
