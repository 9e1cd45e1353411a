@testable import Controller
import Kubernetes
import Postgres
import TestSupport
import Testing

/// Several replicas that divide the resources among them.
@Suite("Replicas that share the work", .statesCitus, .onRealParts)
struct ShardTests {
  private static let count = 7
  private static let names = (1...30).map { "part-\($0)" }
  fileprivate static let timings = [
    "--leader-elect-lease-duration", "6s", "--leader-elect-renew-deadline", "4s", "--leader-elect-retry-period", "1s",
  ]
  private static let arguments = ["--shards", "\(count)"] + timings

  @Test(
    "apply everything once, take over from one that is killed, hand over to one that comes, and to another division")
  func three() async throws {
    try await Self.withDatabases(3) { world, databases in
      try await world.applyFiles(Trace.files(2))
      _ = try await world.runController(Self.arguments) { first in
        _ = try await world.runController(Self.arguments) { second in
          _ = try await world.runController(Self.arguments) { third in
            try await world.waitForOwners(3, of: Self.count)
            try await Self.apply(world, databases)
            try await Self.waitForVersion(2, world)
            let works = [first, second, third].map { Self.applied($0.output) }
            #expect(works.reduce(0, +) == 60 && works.allSatisfy { $0 > 0 }, "\(works)")
            let ownersBefore = try await world.owners(of: Self.count)

            try third.kill()
            try await world.applyFiles(Trace.files(3))
            try await Self.waitForVersion(3, world)
            try await world.waitForOwners(2, of: Self.count)
            let moved = zip(ownersBefore, try await world.owners(of: Self.count)).count { $0 != $1 }
            print("killed: \(moved) of \(Self.count) shards have another owner")

            _ = try await world.runController(Self.arguments) { fourth in
              try await world.waitForOwners(3, of: Self.count)
              try await world.applyFiles(Trace.files(4))
              try await Self.waitForVersion(4, world)
              #expect(Self.applied(fourth.output) > 0)
            }
            // It has stopped gracefully: the others have its shards well before its Leases would have run out.
            try await world.waitForOwners(2, of: Self.count)
          }
        }
        _ = try await world.runController(["--shards", "3"] + Self.timings) { new in
          try await new.waitForOutput("divides the resources into another number of shards")
          try await world.applyFiles(Trace.files(5))
          try await Self.waitForVersion(5, world)
          #expect(Self.applied(new.output) == 0 && !new.output.contains("  leading "))
          try first.terminate()
          try await first.waitForEnd()
          try await world.waitForOwners(1, of: 3)
          try await world.applyFiles(Trace.files(6))
          try await Self.waitForVersion(6, world)
          #expect(!new.output.contains("standing back"), "no epoch of an earlier division is above its own")
        }
      }
      for name in Self.names { #expect(try await Self.versions(name, world, databases) == Trace.once(6), "\(name)") }
    }
  }

  @Test("never run two resources of one database at once, whichever shards they are of, and run both")
  func oneDatabase() async throws {
    try await World.with(workers: 0) { world in
      let layout = ShardLayout(election: "whimbrel-leader", count: Self.count)
      func owner(_ name: String, _ owners: [String]) -> String {
        owners[layout.shard(of: ObjectKey(namespace: world.namespace, name: name))]
      }
      let gate = Gate(world.database)
      try await gate.close(1)
      try await world.applyFiles(["V1__waits.sql": gate.passing(1)])
      try await world.applyFiles(["V1__other.sql": "CREATE TABLE other (id int);"], configMap: "other")
      _ = try await world.runController(Self.arguments) { _ in
        _ = try await world.runController(Self.arguments) { _ in
          try await world.waitForOwners(2, of: Self.count)
          let owners = try await world.owners(of: Self.count)
          // One more of the same replica's, and one of the other's.
          let same = try #require(
            Self.names.first {
              owner($0, owners) == owner("app", owners)
                && layout.shard(of: ObjectKey(namespace: world.namespace, name: $0))
                  != layout.shard(of: ObjectKey(namespace: world.namespace, name: "app"))
            })
          let other = try #require(Self.names.first { owner($0, owners) != owner("app", owners) })
          try await world.applyMigration()
          try await gate.waitUntilReached(1)
          for name in [same, other] {
            try await world.applyMigration {
              $0.name = name
              $0.migrations = "{configMap: {names: [other]}}"
              $0.more.append("flyway: {schemas: [\(name.replacing("-", with: "_"))]}")
            }
          }
          for name in [same, other] { try await world.wait(forReason: "LeaseHeld", name) }
          try await gate.open(1)
          for name in ["app", same, other] { try await world.waitUntilReady(name) }
        }
      }
      await gate.end()
    }
  }

  private static func applied(_ output: String) -> Int {
    output.split(separator: "\n").count { $0.contains("migration applied") }
  }

  private static func withDatabases(_ count: Int, _ body: (World, [String]) async throws -> Void) async throws {
    try await World.with(workers: 0) { world in
      func make(_ names: [String]) async throws {
        guard names.count < count else { return try await body(world, names) }
        let name = "\(world.database.name)_\(names.count)"
        try await world.withPlainDatabase(name) { try await make(names + [name]) }
      }
      try await make([])
    }
  }

  private static func database(_ name: String, _ databases: [String]) -> String {
    databases[(names.firstIndex(of: name) ?? 0) % databases.count]
  }

  /// As `Trace.versions`, of one resource.
  private static func versions(_ name: String, _ world: World, _ databases: [String]) async throws -> [String] {
    let schema = name.replacing("-", with: "_")
    let connection = try await PostgresConnection.connect(
      world.cluster.parameters(database: database(name, databases)))
    let result = try await connection.execute(
      """
      SELECT (SELECT string_agg(version::text, ',' ORDER BY version) FROM \(schema).trace) AS ran,
        (SELECT string_agg(version, ',' ORDER BY version::int) FROM \(schema).flyway_schema_history
          WHERE version IS NOT NULL) AS recorded
      """)
    await connection.close()
    return [result.rows.first?["ran"] ?? "", result.rows.first?["recorded"] ?? ""]
  }

  /// Several in each database, each with a schema of its own.
  private static func apply(_ world: World, _ databases: [String]) async throws {
    let manifests = names.map { name in
      var manifest = MigrationManifest(world.database)
      manifest.name = name
      manifest.database = "{value: \(database(name, databases))}"
      manifest.workers = "{expected: 0}"
      manifest.more.append("flyway: {schemas: [\(name.replacing("-", with: "_"))]}")
      return manifest.text
    }
    try await world.kubectl.apply(manifests.joined(separator: "---\n"))
  }

  private static func waitForVersion(_ version: Int, _ world: World) async throws {
    struct List: Decodable { var items: [Migration] }
    let begun = ContinuousClock.now
    defer { print("version \(version) everywhere after \(ContinuousClock.now - begun)") }
    _ = try await eventually("all have version \(version)", timeout: .seconds(120), every: .milliseconds(250)) {
      let all = try await world.kubectl.get(List.self, "cmig").items
      return all.count == names.count
        && all.allSatisfy { $0.ready?.status == "True" && $0.status?.currentVersion == "\(version)" } ? true : nil
    }
  }
}

extension World {
  /// Who holds each shard; empty for nobody.
  fileprivate func owners(of count: Int) async throws -> [String] {
    let layout = ShardLayout(election: "whimbrel-leader", count: count)
    let leases = Dictionary(try await self.leases().map { ($0.name, $0.holder) }) { first, _ in first }
    return (0..<count).map { leases[layout.leaseName(ofShard: $0)] ?? "" }
  }

  /// Waits until every shard has a holder, of so many replicas in equal parts.
  fileprivate func waitForOwners(_ replicas: Int, of count: Int) async throws {
    _ = try await eventually("\(replicas) replicas share \(count) shards", every: .milliseconds(250)) {
      let loads = Dictionary(grouping: try await owners(of: count)) { $0 }
      let isFair = loads.values.allSatisfy { $0.count >= count / replicas }
      return loads[""] == nil && loads.count == replicas && isFair ? true : nil
    }
  }
}
