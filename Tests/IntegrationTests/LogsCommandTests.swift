import Support
import TestSupport
import Testing

@Suite("kubectl whimbrel logs", .statesCitus, .onRealParts)
struct LogsCommandTests {
  /// Runs a controller whose output is the log of a pod.
  private func run(
    _ world: World, log: String, format: String, _ body: (RunningProcess) async throws -> Void
  ) async throws {
    let arguments = [
      "controller", "--operations-address", "", "--kubeconfig", world.kubectl.kubeconfig, "--namespace",
      world.namespace, "--lease-namespace", world.namespace, "--log-format", format,
    ]
    _ = try await RunningProcess.run(world.binary, arguments, log: log, body)
  }

  @Test(
    "shows what all replicas say of a resource, in either form, in the order of time; follows it, and pods that come")
  func lines() async throws {
    try await World.with(workers: 0) { world in
      let plugin = try Plugin(world)
      try await LogNode.run(world.kubectl) { node in
        let first = try await node.makePod("whimbrel-a")
        try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
        try await world.applyMigration()
        try await world.applyMigration {
          $0.name = "other"
          $0.migrations = "{configMap: {names: [none]}}"
        }
        try await run(world, log: first, format: "text") { _ in
          try await world.waitUntilReady()
          try await world.wait(forReason: "SourceNotFound", "other")
        }
        let place = ["--controller-namespace", world.namespace]
        let own = try await plugin("logs", "app", place[0], place[1])
        #expect(own.contains("migration applied cluster.target=") && own.contains("resource=\(world.namespace)/app"))
        #expect(own.hasPrefix("20") && !own.contains("whimbrel-a ") && !own.contains("/other"))
        #expect(!own.contains("\u{1B}"))
        let all = try await plugin("logs", place[0], place[1])
        #expect(all.contains("controller started") && all.contains("resource=\(world.namespace)/other"))
        #expect(try await plugin("logs", "--tail", "1", place[0], place[1]).contains("controller stopped"))
        let last = try await plugin("logs", "app", "--tail", "1", place[0], place[1])
        #expect(own.hasSuffix(last) && last.split(separator: "\n").count == 1)
        #expect(try await plugin("logs", "none", place[0], place[1]) == "")
        try await follows(world, plugin, node, place, shown: own)
      }
    }
  }

  private func follows(
    _ world: World, _ plugin: Plugin, _ node: LogNode, _ place: [String], shown: String
  ) async throws {
    let words = ["logs", "app", "-f", "-n", world.namespace, "--kubeconfig", world.kubectl.kubeconfig] + place
    _ = try await RunningProcess.run(plugin.folder.path + "/kubectl-whimbrel", words) { following in
      try await following.waitForOutput("migration.script=V1__one.sql")
      let second = try await node.makePod("whimbrel-b")
      try await run(world, log: second, format: "json") { _ in
        try await world.applyFiles([
          "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
        ])
        try await following.waitForOutput("migration.script=V2__two.sql")
        try await node.removePod("whimbrel-a")
        try await world.applyFiles([
          "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
          "V3__three.sql": "CREATE TABLE three (id int);",
        ])
        try await following.waitForOutput("migration.script=V3__three.sql")
      }
      let lines = following.output.split(separator: "\n").map(String.init)
      #expect(!following.hasEnded && lines.allSatisfy { $0.contains("/app") }, "\(following.output)")
      let applied = lines.filter { $0.contains(" migration applied ") }
      #expect(Set(applied).count == applied.count && applied.count == 3, "each line once: \(following.output)")
      #expect(applied.last?.hasPrefix("whimbrel-b 20") == true)
    }
  }

  @Test("says where it looked and what is missing: pods, or a right, by its verb and resource")
  func missing() async throws {
    try await World.with(workers: 0) { world in
      let plugin = try Plugin(world)
      let none = await plugin.failure("logs", "app", "--controller-namespace", world.namespace)
      #expect(none.contains("in namespace \(world.namespace)") && none.contains("kubectl get pods -A -l"))
      let folder = try TemporaryDirectory()
      try await world.kubectl("create", "serviceaccount", "reader")
      let reader = try folder.write(
        try await ServiceAccountKubeconfig.text(world.kubectl, serviceAccount: "reader"), to: "kubeconfig")
      let everywhere = await plugin.failure("logs", "app", "--kubeconfig", reader)
      #expect(
        everywhere.contains("--controller-namespace") && everywhere.contains(#"resources ["pods"], verbs ["list"]"#))
      try await world.kubectl("create", "role", "lists", "--verb=list", "--resource=pods")
      try await world.kubectl(
        "create", "rolebinding", "lists", "--role=lists", "--serviceaccount=\(world.namespace):reader")
      try await LogNode.run(world.kubectl) { node in
        _ = try await node.makePod("whimbrel-a")
        let place = ["--kubeconfig", reader, "--controller-namespace", world.namespace]
        let answer = try await eventually("the role counts") {
          let said = await plugin.failure("logs", "app", place[0], place[1], place[2], place[3])
          return said.contains("pods/log") ? said : nil
        }
        #expect(answer.contains("a Role in namespace '\(world.namespace)'"))
        #expect(answer.contains(#"resources ["pods/log"], verbs ["get"]"#))
      }
    }
  }
}
