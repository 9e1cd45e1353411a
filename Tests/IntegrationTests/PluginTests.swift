import Glibc
import Subprocess
import TestSupport
import Testing

@Suite("kubectl whimbrel", .statesCitus, .onRealParts)
struct PluginTests {
  private static let files = [
    "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE INDEX CONCURRENTLY one_id ON one (id);",
  ]

  @Test("approve shows the plan, binds the approval to it, and the migrations are applied")
  func approve() async throws {
    try await World.withController(workers: 0) { world, _ in
      let plugin = try Plugin(world)
      try await world.applyFiles(Self.files)
      try await world.applyMigration { $0.more.append("promotion: {approval: Manual}") }
      let waiting = try await world.wait(forReason: "AwaitingApproval")
      let digest = try #require(waiting.status?.plan?.digest)

      let status = try await plugin("status", "app")
      #expect(status.hasPrefix("\(world.namespace)/app  NotReady  Awaiting approval\n"))
      #expect(status.contains("── V2__two.sql  outside a transaction"))
      #expect(status.contains("gate      AwaitingApproval, holds 2: "))
      let refused = await plugin.failure("approve", "app", "--digest", "0123")
      #expect(refused.contains("not the one that was reviewed: now it is \(digest)"))
      #expect(try await world.migration().status?.approval == nil)

      let approved = try await plugin("approve", "app", "--digest", digest, "--by", "eve")
      #expect(approved.contains("V1__one.sql") && approved.contains("app: plan \(digest) is approved"))
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.currentVersion == "2")
      let nothing = await plugin.failure("approve", "app")
      #expect(nothing.contains("has nothing pending to approve"))

      let history = try await plugin("history", "app").split(separator: "\n")
      #expect(history.count == 3 && history[0].hasPrefix("RANK   VERSION"))
      #expect(history[1].contains("V2__two.sql") && history[2].contains("V1__one.sql"))
      #expect(try await plugin("plan", "app") == "Nothing is pending.\n")
    }
  }

  @Test("suspend holds a resource, resume lets it go on, and reconcile waits for the answer")
  func suspend() async throws {
    try await World.withController(workers: 0) { world, _ in
      let plugin = try Plugin(world)
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
      try await world.applyMigration()
      try await world.waitUntilReady()
      #expect(try await plugin("suspend", "app") == "\(world.namespace)/app: suspended\n")
      #expect(try await world.kubectl("get", "cmig", "app", "-o", "jsonpath={.spec.suspend}") == "true")
      let held = try await plugin("status")
      #expect(held.contains("Suspended"))
      #expect(try await plugin("resume", "app") == "\(world.namespace)/app: goes on\n")
      #expect(try await plugin("reconcile", "app").hasSuffix("app: Applied\n"))
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id bigint);"])
      try await world.wait(forReason: "ChecksumMismatch")
      let stalled = await plugin.failure("reconcile", "app")
      #expect(stalled.contains("V1"), "a bad answer ends with 1: \(stalled)")
      #expect(try await plugin("repair", "app").contains("Succeeded: repair: rows aligned with their files: V1"))
    }
  }

  @Test("cancel ends the run that goes on, and says so where none does")
  func cancel() async throws {
    try await World.with(workers: 0) { world in
      let plugin = try Plugin(world)
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(2, extra: [2: gate.passing(2)]))
      _ = try await world.runController { _ in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        try await world.wait(for: "the run has an id") { $0.status?.lastRun?.steps?.count == 2 }
        let status = try await plugin("status", "app")
        #expect(status.contains("run       Running"))
        #expect(try await plugin("cancel", "app").hasSuffix(": Cancelled\n"))
        #expect(await plugin.failure("cancel", "app").contains("goes on"))
      }
    }
  }

  @Test("-o json and yaml are the resource as the server has it, and a list for all")
  func data() async throws {
    try await World.with(workers: 0) { world in
      let plugin = try Plugin(world)
      try await world.applyMigration()
      let yaml = try await plugin("status", "app", "-o", "yaml")
      #expect(yaml.hasPrefix("apiVersion: whimbrel.dev/v1alpha1\nkind: CitusMigration\nmetadata:\n"))
      // What it writes kubectl reads: nothing changes by it.
      let applied = try await world.kubectl("apply", "--dry-run=server", "-f", "-", input: yaml)
      #expect(applied.hasPrefix("citusmigration.whimbrel.dev/app"))
      let list = try await plugin("status", "-A", "-o", "json")
      #expect(list.contains("\"kind\": \"List\"") && list.contains(world.namespace))
      #expect(try await plugin("status", "-A").contains(world.namespace))
    }
  }

  @Test("what is not there is named: the resource, the kind, the context, the configuration")
  func badInput() async throws {
    try await World.with(workers: 0) { world in
      let plugin = try Plugin(world)
      let missing = await plugin.failure("status", "absent")
      #expect(missing.contains("no CitusMigration absent in namespace \(world.namespace)"))
      #expect(await plugin.failure("status", "app", "--context", "nowhere").contains("nowhere"))
      #expect(await plugin.failure("status", "app", "--kubeconfig", "/does/not/exist").contains("/does/not/exist"))
      #expect(await plugin.failure("approve").contains("Missing expected argument"))
    }
  }
}

/// The binary as a plugin of the real kubectl.
@Suite(
  "The Tab key behind kubectl whimbrel", .onRealParts,
  .enabled("\(KubernetesTools.missing)") { await KubernetesTools.areHere() })
struct PluginCompletionTests {
  @Test(
    "names commands, resources with their state, and formats; a server that is not there costs no more than the names")
  func completed() async throws {
    try await World.withController(workers: 0) { world, _ in
      let plugin = try Plugin(world)
      try plugin.folder.link("kubectl_complete-whimbrel", to: world.binary)
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
      try await world.applyMigration()
      try await world.waitUntilReady()
      let kubectl = try await KubernetesTools.folder() + "/kubectl"
      func completions(_ words: String...) async throws -> [String] {
        let output = try await plugin.run([kubectl, "__complete", "whimbrel"] + words)
        return output.output.split(separator: "\n").map(String.init)
      }
      #expect(
        try await completions("re") == [
          "reconcile\tAsks for a look now, and waits for what it comes to.",
          "resume\tLets a suspended resource go on.", "repair\tAsks for Flyway's repair of the history table.", ":4",
        ])
      #expect(try await completions("status", "-n", world.namespace, "") == ["app\tApplied", ":4"])
      #expect(try await completions("status", "-n", world.namespace, "b") == [":4"])
      #expect(try await completions("plan", "app", "-o", "") == ["wide", "json", "yaml", ":4"])
      #expect(try await completions("status", "--kubeconfig", "/nowhere", "") == [":4"])
    }
  }
}

/// The binary as a plugin of kubectl.
struct Plugin {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  let world: World
  let folder: TemporaryDirectory

  init(_ world: World) throws {
    self.world = world
    folder = try TemporaryDirectory()
    try folder.link("kubectl-whimbrel", to: world.binary)
  }

  /// Runs a command to its end and returns what it printed.
  func callAsFunction(_ arguments: String...) async throws -> String {
    let (output, errors, isSuccess) = try await run(["kubectl", "whimbrel"] + arguments + place(arguments))
    guard isSuccess else { throw Failure(description: "kubectl whimbrel \(arguments): \(errors)\(output)") }
    return output
  }

  /// Runs a command that fails, and returns all that it said.
  func failure(_ arguments: String...) async -> String {
    guard let (output, errors, isSuccess) = try? await run(["kubectl", "whimbrel"] + arguments + place(arguments))
    else { return "could not be started" }
    #expect(!isSuccess, "kubectl whimbrel \(arguments) is to fail, and said: \(output)")
    return errors + output
  }

  /// Runs a program with the plugin on its search path.
  func run(_ words: [String]) async throws -> (output: String, errors: String, isSuccess: Bool) {
    let path = getenv("PATH").map { String(cString: $0) } ?? ""
    let result = try await Subprocess.run(
      .name("env"), arguments: Arguments(words),
      environment: .inherit.updating(["PATH": "\(folder.path):\(path)", "KUBECONFIG": world.kubectl.kubeconfig]),
      output: .string(limit: 8 << 20), error: .string(limit: 64 << 10))
    return (result.standardOutput, result.standardError, result.terminationStatus.isSuccess)
  }

  private func place(_ arguments: [String]) -> [String] {
    arguments.contains("-A") ? [] : ["-n", world.namespace]
  }
}
