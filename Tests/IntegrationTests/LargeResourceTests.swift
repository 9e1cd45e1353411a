import TestSupport
import Testing

@Suite("A resource with 2,000 migrations", .statesCitus, .onRealParts)
struct LargeResourceTests {
  private static let count = 2000

  /// Statements and names with markup, which a file system allows and a ConfigMap does not.
  private func write(to root: TemporaryDirectory) throws {
    for number in 1...Self.count {
      try root.write(
        "SELECT '<img src=x onerror=alert(\(number))>', $$<script>&amp;</script>$$;",
        to: "many/V\(number)__<b>step<b>_&lt;\(number).sql")
    }
  }

  @Test("is pending and applied with a status within bounds, which plugin and dashboard show at once")
  func many() async throws {
    let root = try TemporaryDirectory()
    try write(to: root)
    let arguments = ["--migrations-root", root.path] + DashboardEndpoint.open
    try await World.withController(workers: 0, arguments) { world, controller in
      let plugin = try Plugin(world)
      let dashboard = try await DashboardEndpoint(controller)
      try await world.applyMigration {
        $0.migrations = "{directory: {path: many}}"
        $0.more.append("promotion: {approval: Manual}")
      }
      let held = try await world.wait(forReason: "AwaitingApproval")
      try await isSmall(world, "pending")
      let plan = try await quickly("plan") { try await plugin("plan", "app") }
      #expect(plan.contains("and 1900 more") && plan.split(separator: "\n").count < 110)
      #expect(plan.contains("V100__<b>step<b>_&lt;100.sql"))
      try await show(world, plugin, dashboard)

      let begun = ContinuousClock.now
      let digest = try #require(held.status?.plan?.digest)
      _ = try await plugin("approve", "app", "--digest", digest, "--no-wait")
      try await world.wait(for: "all are applied", timeout: .seconds(300)) {
        $0.status?.currentVersion == "\(Self.count)" && $0.ready?.status == "True"
      }
      print("2,000 migrations were applied in \(ContinuousClock.now - begun)")
      try await isSmall(world, "applied")
      let history = try await quickly("history") { try await plugin("history", "app") }
      #expect(history.split(separator: "\n").count == 21 && history.contains("V2000__<b>step<b>_&lt;2000.sql"))
      try await show(world, plugin, dashboard)
    }
  }

  private func show(_ world: World, _ plugin: Plugin, _ dashboard: DashboardEndpoint) async throws {
    let status = try await quickly("status") { try await plugin("status", "app") }
    #expect(status.split(separator: "\n").count < 40, "\(status)")
    let page = try await quickly("page") { try await dashboard.get("api/resources/\(world.namespace)/app") }
    #expect(page.status == 200 && page.body.utf8.count < 200_000 && page.body.contains("<b>step<b>"))
  }

  // etcd takes 1.5 MiB; each change of a status goes to everybody who watches.
  private func isSmall(_ world: World, _ moment: String) async throws {
    let size = try await world.kubectl("get", "cmig", "app", "-o", "json").utf8.count
    print("the resource with 2,000 migrations \(moment) has \(size) bytes")
    #expect(size < 200_000)
  }

  private func quickly<Value>(_ what: String, _ body: () async throws -> Value) async throws -> Value {
    let begun = ContinuousClock.now
    let value = try await body()
    let took = ContinuousClock.now - begun
    print("\(what) of the resource with 2,000 migrations took \(took)")
    #expect(took < .seconds(5), "\(what)")
    return value
  }
}
