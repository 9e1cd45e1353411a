import TestSupport
import Testing

@Suite("whimbrel wait", .statesCitus, .onRealParts)
struct WaitCommandTests {
  /// A service account, with a role of its own or none, and its kubeconfig.
  private static func kubeconfig(_ world: World, _ name: String, mayGet: Bool) async throws -> TemporaryDirectory {
    try await world.kubectl("create", "serviceaccount", name)
    if mayGet {
      try await world.kubectl(
        "create", "role", name, "--verb=get", "--resource=citusmigrations.whimbrel.dev", "--resource-name=app")
      try await world.kubectl(
        "create", "rolebinding", name, "--role=\(name)", "--serviceaccount=\(world.namespace):\(name)")
    }
    let folder = try TemporaryDirectory()
    try folder.write(try await ServiceAccountKubeconfig.text(world.kubectl, serviceAccount: name), to: "kubeconfig")
    return folder
  }

  private static func arguments(_ world: World, _ folder: TemporaryDirectory, _ more: [String]) -> [String] {
    ["wait", "app", "--kubeconfig", folder.path + "/kubeconfig", "--namespace", world.namespace] + more
  }

  @Test("with `get` on the one resource waits from before it exists until its version is applied, and says for what")
  func onlyGet() async throws {
    try await World.with(workers: 0) { world in
      let folder = try await Self.kubeconfig(world, "reader", mayGet: true)
      let arguments = Self.arguments(world, folder, ["--for", "version=2"])
      let (_, ending) = try await RunningProcess.run(world.binary, arguments) { wait in
        try await wait.waitForOutput("there is no such resource yet")
        try await world.applyMigration()
        try await wait.waitForOutput("no controller has reported on it yet")
        _ = try await world.runController { _ in
          try await wait.waitForOutput("Waiting for source")
          try await world.applyFiles(Trace.files(1))
          try await world.waitUntilReady()
          #expect(!wait.hasEnded)
          try await world.applyFiles(Trace.files(2))
          try await wait.waitForEnd()
        }
        #expect(wait.output.contains("CitusMigration \(world.namespace)/app: Applied, version 2"))
      }
      #expect(ending == .exited(0))
      let digest = try #require(try await world.migration().status?.source?.digest)
      for goal in ["ready", "digest=\(digest)", "digest=\(digest.prefix(19))", "condition=ClusterReady"] {
        let (_, ending) = try await RunningProcess.run(
          world.binary, Self.arguments(world, folder, ["--for", goal, "--timeout", "0s"])
        ) { try await $0.waitForEnd() }
        #expect(ending == .exited(0), "\(goal)")
      }
      let (_, late) = try await RunningProcess.run(
        world.binary, Self.arguments(world, folder, ["--for", "version=3", "--timeout", "0s"])
      ) { try await $0.waitForEnd() }
      #expect(late == .exited(3))
    }
  }

  @Test("without the right says which one is missing, and ends with 3 in time")
  func forbidden() async throws {
    try await World.with(workers: 0) { world in
      let folder = try await Self.kubeconfig(world, "nobody", mayGet: false)
      let (_, ending) = try await RunningProcess.run(
        world.binary, Self.arguments(world, folder, ["--timeout", "1s"])
      ) { wait in
        try await wait.waitForEnd()
        let rule =
          #"a Role in namespace '\#(world.namespace)', bound to the identity that is used: apiGroups ["whimbrel.dev"], resources ["citusmigrations"], verbs ["get"]"#
        #expect(wait.output.contains(rule), "\(wait.output)")
      }
      #expect(ending == .exited(3))
    }
  }

  @Test("goes on while a person is needed, or ends with 4 if it is told to; SIGTERM ends it")
  func stalled() async throws {
    try await World.withController(workers: 0) { world, _ in
      let folder = try await Self.kubeconfig(world, "reader", mayGet: true)
      try await world.applyFiles(Trace.files(1, extra: [1: "SELECT no_such_function();"]))
      try await world.applyMigration()
      try await world.wait(forReason: "MigrationFailed")
      let (_, quick) = try await RunningProcess.run(
        world.binary, Self.arguments(world, folder, ["--fail-on-stalled"])
      ) { try await $0.waitForEnd() }
      #expect(quick == .exited(4))
      let (_, ended) = try await RunningProcess.run(world.binary, Self.arguments(world, folder, [])) { wait in
        try await wait.waitForOutput("Failed V1")
        try wait.terminate()
        try await wait.waitForEnd()
      }
      #expect(ended == .exited(143))
    }
  }
}
