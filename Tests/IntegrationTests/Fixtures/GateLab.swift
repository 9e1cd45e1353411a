@testable import Controller
import HTTP
import Kubernetes
import Logging
import Support
import TestSupport

/// The real reconciler in this process, on the real API server and database, with a clock that the test turns.
///
/// It looks when the test says so, and sees the resources as they were read just before.
final class GateLab: Sendable {
  /// Three migrations, a table each.
  static let files = [
    "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
    "V3__three.sql": "CREATE TABLE three (id int);",
  ]
  static let scripts = files.keys.sorted()

  /// The first of them.
  static func only(_ count: Int) -> [String: String] {
    files.filter { scripts.prefix(count).contains($0.key) }
  }

  let world: World
  private let http = HTTPClient()
  private let client: KubernetesClient
  private let reconciler: Reconciler
  private let objects = Guarded<[ObjectKey: CitusMigration]>([:])
  private let time: Guarded<Timestamp>
  private let namespaces: Guarded<Set<String>>

  static func with(
    allowsCrossNamespaceReferences: Bool = false, _ body: (GateLab) async throws -> Void
  ) async throws {
    try await World.with(workers: 0) { world in
      let lab = try await GateLab(world, allowsCrossNamespaceReferences)
      do {
        try await body(lab)
        await lab.http.close()
      } catch {
        await lab.http.close()
        throw error
      }
    }
  }

  private init(_ world: World, _ allowsCrossNamespaceReferences: Bool) async throws {
    let logger = Logger(label: "lab") { _ in SwiftLogNoOpLogHandler() }
    let configuration = try await KubernetesConfiguration.load(kubeconfig: world.kubectl.kubeconfig, environment: [:])
    let client = KubernetesClient(configuration: configuration, http: http, logger: logger)
    let leases = TargetLeases(
      client: client, namespace: world.namespace, identity: "lab", timings: .standard, logger: logger)
    let installation = Controller.Installation(leaseUID: world.namespace)
    leases.begin(.init(installation: installation, isLeading: { true }, look: { _, _ in }))
    let time = Guarded(WallClock.system.now())
    var context = ReconcileContext(
      client: client, directories: nil, leases: leases, installation: installation, identity: "lab",
      clock: WallClock { time.withLock { $0 } }, logger: logger)
    context.allowsCrossNamespaceReferences = allowsCrossNamespaceReferences
    let objects = objects
    reconciler = Reconciler(context: context) { key in objects.withLock { $0[key] } }
    self.world = world
    self.client = client
    self.time = time
    namespaces = Guarded([world.namespace])
  }

  // MARK: Time

  var now: Timestamp { time.withLock { $0 } }

  func advance(_ duration: Duration) { time.withLock { $0 = $0.advanced(by: duration) } }

  func set(_ moment: Timestamp) { time.withLock { $0 = moment } }

  // MARK: Looking

  func serve(_ namespace: String) { namespaces.withLock { _ = $0.insert(namespace) } }

  /// Reads the resources, looks at one, and returns it as it is then, with the time until the next look.
  @discardableResult
  func look(_ name: String = "app", namespace: String? = nil) async throws -> (migration: Migration, again: Duration?) {
    try await refresh()
    let key = ObjectKey(namespace: namespace ?? world.namespace, name: name)
    let again = await reconciler.reconcile(key)
    var kubectl = world.kubectl
    kubectl.namespace = key.namespace ?? ""
    return (try await kubectl.get(Migration.self, "cmig", name), again?.delay)
  }

  /// What a watch would do.
  func refresh() async throws {
    var found: [ObjectKey: CitusMigration] = [:]
    for namespace in namespaces.withLock({ $0 }) {
      for object in try await client.listAll(CitusMigration.self, namespace: namespace).items {
        found[object.key] = object
      }
    }
    objects.withLock { $0 = found }
  }

  /// Changes what the reconciler sees of a resource from now on, until the next look.
  func changeInView(_ name: String, _ change: (inout CitusMigration) -> Void) {
    objects.withLock { objects in
      let key = ObjectKey(namespace: world.namespace, name: name)
      guard var object = objects[key] else { return }
      change(&object)
      objects[key] = object
    }
  }

  // MARK: Two environments

  /// Makes a resource over a database of its own.
  func apply(
    _ name: String, database: String, files: String? = nil, promotion: String? = nil, more: [String] = []
  ) async throws {
    var manifest = MigrationManifest(world.database)
    manifest.name = name
    manifest.database = "{value: \(database)}"
    manifest.workers = "{expected: 0}"
    manifest.migrations = "{configMap: {names: [\(files ?? "migrations")]}}"
    manifest.more = ["retryInterval: 7s"] + more + (promotion.map { ["promotion: \($0)"] } ?? [])
    try await world.kubectl.apply(manifest.text)
  }

  func annotate(_ name: String, _ annotation: String...) async throws {
    try await world.kubectl.run(["annotate", "--overwrite", "cmig", name] + annotation.map { "whimbrel.dev/\($0)" })
  }

  /// Runs `body` with a database for `dev`, beside the test's own, which is for `prod`.
  func withDev(_ body: (String) async throws -> Void) async throws {
    let name = world.database.name + "_dev"
    try await world.withPlainDatabase(name) { try await body(name) }
  }

  func applied() async throws -> [String] {
    guard try await world.exists("flyway_schema_history") else { return [] }
    return try await world.appliedScripts()
  }
}
