import TestSupport
import Testing

@Suite("A controller that ends while a run is going on", .statesCitus, .onRealParts)
struct StopTests {
  @Test("SIGTERM: the migration under way is finished, the Lease released, the rest left to the next controller")
  func graceful() async throws {
    try await World.with { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(4, extra: [2: gate.passing(2)]))
      let ending = try await world.runController { controller in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        try controller.terminate()
        try await controller.waitForOutput("controller stopping: ")
        try await gate.open(2)
        try await controller.waitForEnd()
      }
      #expect(ending == .exited(0))
      #expect(try await Trace.versions(world) == Trace.once(2))
      #expect(try await world.leases().map(\.holder) == [""])
      #expect(try await world.leader() == "")

      _ = try await world.runController { _ in
        let ready = try await world.waitUntilReady()
        #expect(ready.status?.currentVersion == "4")
      }
      #expect(try await Trace.versions(world) == Trace.once(4))
      await gate.end()
    }
  }

  @Test("SIGTERM: what does not finish within the drain time-out is rolled back, and the Lease released")
  func drained() async throws {
    try await World.with { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(Trace.files(3, extra: [2: "CREATE TABLE half (id int);\n\(gate.passing(2))"]))
      let ending = try await world.runController(["--drain-timeout", "1"]) { controller in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        try controller.terminate()
        try await controller.waitForEnd()
      }
      #expect(ending == .exited(0))
      #expect(try await Trace.versions(world) == Trace.once(1))
      #expect(try await !world.exists("half"))
      #expect(try await world.leases().map(\.holder) == [""])
      #expect(try await world.leader() == "")
      await gate.end()

      _ = try await world.runController { _ in _ = try await world.waitUntilReady() }
      #expect(try await Trace.versions(world) == Trace.once(3))
    }
  }

  @Test("SIGKILL in the middle of a transaction: the next controller applies everything exactly once")
  func killed() async throws {
    try await World.with { world in
      let gate = Gate(world.database)
      try await gate.close(2)
      try await world.applyFiles(
        Trace.files(
          3, extra: [2: "INSERT INTO trace VALUES (2);\n\(gate.passing(2))\nDELETE FROM trace WHERE version = 2;"]))
      let ending = try await world.runController { controller in
        try await world.applyMigration()
        try await gate.waitUntilReached(2)
        try controller.kill()
        try await controller.waitForEnd()
      }
      #expect(ending == .signalled(9))
      let holder = try await world.leases().first?.holder
      #expect(holder?.isEmpty == false, "nobody has released the Lease")
      #expect(try await world.leader() == holder)

      // The next one waits for the leader's Lease; then what is left in the database is its own installation's, and ended.
      _ = try await world.runController { next in
        try await next.waitForOutput("waiting for the lease")
        #expect(try await Trace.versions(world) == Trace.once(1))
        try await gate.open(2)
        try await world.waitUntilReady()
        #expect(try await world.leader() != holder)
      }
      #expect(try await Trace.versions(world) == Trace.once(3))
      let rows = try await world.database.value("SELECT count(*) FROM flyway_schema_history")
      #expect(rows == "3")
      await gate.end()
    }
  }

  @Test("between a commit and its report: the next controller reports the run as interrupted, and runs nothing again")
  func beforeReport() async throws {
    try await World.with { world in
      try await world.applyFiles(Trace.files(2))
      _ = try await world.runController { _ in
        try await world.applyMigration()
        try await world.waitUntilReady()
      }
      // As a controller leaves it that is killed at that moment.
      let object = try await world.kubectl("get", "cmig", "app", "-o", "json")
      let path = "/apis/whimbrel.dev/v1alpha1/namespaces/\(world.namespace)/citusmigrations/app/status"
      try await world.kubectl("replace", "--raw", path, "-f", "-", input: Self.running(object))
      #expect(try await world.migration().status?.lastRun?.outcome == "Running")

      _ = try await world.runController { _ in
        let ready = try await world.wait(for: "the run is settled") { $0.status?.lastRun?.outcome == "Interrupted" }
        #expect(ready.ready?.status == "True" && ready.status?.lastRun?.finishedAt != nil)
      }
      #expect(try await Trace.versions(world) == Trace.once(2))
    }
  }

  private static func running(_ object: String) -> String {
    let lines = object.split(separator: "\n").map { line in
      line.contains("\"outcome\":") ? Substring("\"outcome\": \"Running\",") : line
    }
    return lines.joined(separator: "\n")
  }
}
