import TestSupport
import Testing

@Suite("A change of the resource", .statesCitus, .onRealParts)
struct ChangeTests {
  @Test("suspend holds new migrations back and keeps what was ready ready; resume goes on")
  func suspend() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Trace.files(2))
      try await world.applyMigration()
      try await world.waitUntilReady()

      try await world.applyMigration { $0.more.append("suspend: true") }
      let suspended = try await world.wait(for: "Suspended") { $0.status?.summary == "Suspended" }
      #expect(suspended.ready?.status == "True" && suspended.ready?.reason == "Suspended")
      #expect(suspended.ready?.message == "spec.suspend is true: new runs are held back")
      #expect(suspended.reconciling == nil && suspended.stalled == nil)
      #expect(suspended.status?.observedGeneration == suspended.metadata.generation)
      try await world.applyFiles(Trace.files(3))
      try await world.kubectl("annotate", "cmig", "app", "whimbrel.dev/reconcile-at=now")
      try await world.wait(for: "the look is over") { $0.status?.lastHandledReconcileAt == "now" }
      #expect(try await Trace.versions(world) == Trace.once(2))
      #expect(try await world.column("STATUS") == "Suspended")

      try await world.applyMigration { $0.more.append("suspend: false") }
      try await world.wait(for: "Applied again") { $0.status?.summary == "Applied" && $0.status?.appliedCount == 3 }
      #expect(try await Trace.versions(world) == Trace.once(3))
    }
  }

  @Test("a target that is raised applies what it had held back")
  func target() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Trace.files(4))
      try await world.applyMigration { $0.more.append("flyway: {target: \"2\"}") }
      let first = try await world.waitUntilReady()
      #expect(first.status?.currentVersion == "2" && first.status?.pendingCount == 0)
      #expect(try await Trace.versions(world) == Trace.once(2))
      try await world.applyMigration()
      let second = try await world.wait(for: "version 4") {
        $0.status?.currentVersion == "4" && $0.ready?.status == "True"
      }
      #expect(second.status?.observedGeneration == second.metadata.generation)
      #expect(try await Trace.versions(world) == Trace.once(4))
    }
  }

  @Test("interval brings a look at what changed in the database behind the controller's back")
  func interval() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(Trace.files(2))
      try await world.applyMigration { $0.more.append("interval: 1s") }
      try await world.waitUntilReady()
      try await world.database.run("UPDATE flyway_schema_history SET checksum = 42 WHERE version = '2'")
      let stalled = try await world.wait(forReason: "ChecksumMismatch")
      #expect(stalled.ready?.message.contains("42") == true)
      try await world.database.run(
        "UPDATE flyway_schema_history SET checksum = \(FlywayRow.checksum(Trace.files(2)["V2__step.sql"] ?? "")) WHERE version = '2'"
      )
      try await world.waitUntilReady()
    }
  }

  @Test("retryInterval bounds how long a database is waited for that comes up")
  func retryInterval() async throws {
    try await World.withController(workers: 0) { world, _ in
      let late = world.database.name + "_late"
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
      try await world.applyMigration {
        $0.database = "{value: \(late)}"
        $0.workers = "{expected: 0}"
        $0.more = ["interval: 1h", "retryInterval: 1s"]
      }
      let waiting = try await world.wait(forReason: "DatabaseUnreachable")
      #expect(waiting.ready?.message.contains("\"\(late)\" does not exist") == true)
      try await world.withPlainDatabase(late) {
        try await world.waitUntilReady()
      }
    }
  }
}
