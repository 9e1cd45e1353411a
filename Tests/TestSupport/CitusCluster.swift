internal import Glibc
package import Postgres
internal import Support

/// A running Citus cluster of a coordinator and two workers: what `infrastructure/local up` has started.
///
/// The environment variable `WHIMBREL_TEST_STATE` names its state folder; tests never start a cluster by themselves.
package struct CitusCluster: Sendable {
  /// What answers to the name Citus.
  package enum Kind: String, Sendable {
    case real
    case standIn = "stand-in"
  }

  /// A server of the cluster, under the name that `infrastructure/local` has for it.
  package enum Part: String, Sendable, CaseIterable {
    case coordinator
    case worker1 = "worker-1"
    case worker2 = "worker-2"
  }

  package let kind: Kind
  /// The version of the extension, such as `13.2-1`.
  package let citusVersion: String
  package let postgresVersion: String
  let ports: [Part: Int]
  let user: String
  let password: Redacted<String>
  let certificateAuthority: String
  let script: CitusClusterScript

  /// Why there is no cluster to test on; nil when there is one.
  ///
  /// For `.enabled(if:)`, with this as the comment.
  package static let unavailableReason: String? =
    getenv("WHIMBREL_TEST_STATE") == nil
    ? "WHIMBREL_TEST_STATE does not name the state folder of a running `infrastructure/local`" : nil

  /// Whether there is a cluster to test on.
  package static var isAvailable: Bool { unavailableReason == nil }

  /// The cluster; asked for its addresses once in the life of the process.
  package static func shared() async throws -> CitusCluster {
    try await SharedCitusCluster.instance.cluster()
  }

  /// Whether the cluster runs real Citus, for tests of what the stand-in cannot show.
  package static func isReal() async throws -> Bool {
    guard isAvailable else { return false }
    return try await shared().kind == .real
  }

  /// Why a test that only real Citus can pass is skipped.
  package static let needsRealCitus =
    "only real Citus shows this; the cluster runs the SQL-only stand-in, or none is there"

  /// The port of a server on 127.0.0.1.
  package func port(of part: Part) -> Int { ports[part] ?? 0 }

  /// Parameters of a superuser, encrypted and verified.
  package func parameters(database: String, on part: Part = .coordinator) -> ConnectionParameters {
    // Many tests at once on a small machine: slow is no failure.
    ConnectionParameters(
      host: "127.0.0.1", port: port(of: part), database: database, user: user, password: password,
      tls: TLS(mode: .verifyFull, certificateAuthority: certificateAuthority), applicationName: "whimbrel-tests",
      connectTimeout: .seconds(60))
  }

  /// Runs `body` with a new database on all servers, which it has for itself, and drops that at the end.
  ///
  /// At most four of them exist at a time (each has a maintenance daemon), and none beside `exclusively`.
  /// - Parameter workers: how many workers are registered, 0 to 2.
  package func withDatabase<Value: Sendable>(
    workers: Int = 2, _ body: (CitusDatabase) async throws -> Value
  ) async throws -> Value {
    try await AccessGate.citusCluster.whileHolding(.shared) {
      try await withNewDatabase(workers: workers, body)
    }
  }

  /// Runs `body` while no other test has a database, so that it may stop servers; starts all of them again at the end.
  package func exclusively<Value: Sendable>(
    workers: Int = 2, _ body: (CitusDatabase) async throws -> Value
  ) async throws -> Value {
    try await AccessGate.citusCluster.whileHolding(.exclusive) {
      try await withNewDatabase(workers: workers) { database in
        do {
          let value = try await body(database)
          try await startAll()
          return value
        } catch {
          try await startAll()
          throw error
        }
      }
    }
  }

  /// Ends a server in order; only inside `exclusively`.
  package func stop(_ part: Part) async throws { try await script.run(["stop", part.rawValue]) }
  /// Starts a server and waits until it answers; only inside `exclusively`.
  package func start(_ part: Part) async throws { try await script.run(["start", part.rawValue]) }
  /// Kills a server with all its processes; only inside `exclusively`.
  package func kill(_ part: Part) async throws { try await script.run(["kill", part.rawValue]) }

  /// Lets a server hang, as a machine does that answers no more; only inside `exclusively`.
  package func pause(_ part: Part) async throws { try await script.run(["pause", part.rawValue]) }
  /// Lets it go on.
  package func resume(_ part: Part) async throws { try await script.run(["resume", part.rawValue]) }

  private func startAll() async throws {
    for part in Part.allCases { try await start(part) }
  }

  private func withNewDatabase<Value: Sendable>(
    workers: Int, _ body: (CitusDatabase) async throws -> Value
  ) async throws -> Value {
    let name = "test_\(getpid())_" + String(UInt64.random(in: .min ... .max), radix: 36)
    try await script.run(["database", "create", name, "--workers", "\(workers)"])
    let database = CitusDatabase(name: name, cluster: self)
    do {
      let value = try await body(database)
      try await script.run(["database", "drop", name])
      return value
    } catch {
      // The test's own error matters more than one of tidying up, which the script prints.
      _ = try? await script.run(["database", "drop", name])
      throw error
    }
  }
}

/// Asks for the cluster's addresses once; those who come meanwhile wait for the same answer.
private actor SharedCitusCluster {
  static let instance = SharedCitusCluster()
  private var asking: Task<CitusCluster, any Error>?

  func cluster() async throws -> CitusCluster {
    // Unstructured, so that the first test may end or be cancelled without taking the answer from the others.
    let task = asking ?? Task { try await CitusCluster.ask() }
    asking = task
    return try await task.value
  }
}

extension CitusCluster {
  fileprivate static func ask() async throws -> CitusCluster {
    guard let state = getenv("WHIMBREL_TEST_STATE") else {
      throw PostgresServerError(message: unavailableReason ?? "")
    }
    return try await ask(CitusClusterScript(state: String(cString: state)))
  }

  /// The cluster of a state folder.
  static func ask(_ script: CitusClusterScript) async throws -> CitusCluster {
    let settings = try await script.environment()
    func setting(_ name: String) throws -> String {
      guard let value = settings[name] else {
        throw PostgresServerError(message: "infrastructure/local env lacks \(name)")
      }
      return value
    }
    func port(_ name: String) throws -> Int { Int(try setting(name)) ?? 0 }
    let cluster = CitusCluster(
      kind: try setting("CITUS_KIND") == "real" ? .real : .standIn, citusVersion: try setting("CITUS_VERSION"),
      postgresVersion: try setting("POSTGRES_VERSION"),
      ports: [
        .coordinator: try port("COORDINATOR_PORT"), .worker1: try port("WORKER_1_PORT"),
        .worker2: try port("WORKER_2_PORT"),
      ], user: try setting("POSTGRES_USER"), password: Redacted(try setting("POSTGRES_PASSWORD")),
      certificateAuthority: try CitusClusterScript.text(of: try setting("POSTGRES_CA")), script: script)
    print("Citus: \(cluster.kind.rawValue) \(cluster.citusVersion), PostgreSQL \(cluster.postgresVersion)")
    return cluster
  }
}
