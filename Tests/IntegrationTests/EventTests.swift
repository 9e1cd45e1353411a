import TestSupport
import Testing

@Suite("Events", .statesCitus, .onRealParts)
struct EventTests {
  @Test("tell of what was applied, and of a failure once however often it happens, without a literal of a statement")
  func failure() async throws {
    try await World.withController(workers: 0) { world, controller in
      let literal = "planted-\(world.namespace)"
      var files = [
        "V1__one.sql": "CREATE TABLE one (id int);",
        "V2__two.sql": "CREATE TABLE two (id int);\nSELECT '\(literal)'::int;",
      ]
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more.append("interval: 1s") }
      let failed = try await world.waitForEvents("MigrationFailed") { ($0.first?.series?.count ?? 0) >= 2 }
      #expect(failed.count == 1, "what repeats is counted in one Event")
      let event = try #require(failed.first)
      #expect(event.type == "Warning" && event.action == "Stall")
      #expect(event.note?.contains("V2__two.sql") == true)
      #expect(event.reportingController == "whimbrel.dev/controller" && event.reportingInstance?.isEmpty == false)
      #expect(event.regarding?.kind == "CitusMigration" && event.regarding?.name == "app")
      #expect(event.regarding?.apiVersion == "whimbrel.dev/v1alpha1" && event.eventTime?.isEmpty == false)
      let applied = try await world.waitForEvents("MigrationApplied")
      #expect(applied.count == 1 && applied.first?.type == "Normal")
      #expect(applied.first?.note?.hasPrefix("applied V1__one.sql in ") == true)
      #expect(try await world.events("RunSucceeded").isEmpty)

      files["V2__two.sql"] = "CREATE TABLE two (id int);"
      try await world.applyFiles(files)
      try await world.waitUntilReady()
      let succeeded = try await world.waitForEvents("RunSucceeded")
      #expect(succeeded.first?.note?.hasPrefix("applied 1 migration in ") == true)
      let described = try await world.kubectl("describe", "cmig", "app")
      #expect(described.contains("RunSucceeded") && described.contains("MigrationFailed"))
      let shown = [try await world.kubectl("get", "events.events.k8s.io", "-o", "yaml"), described, controller.output]
      #expect(shown.allSatisfy { !$0.contains(literal) })
    }
  }

  @Test("tell of what is waited for, of twenty migrations of a run, and of the number of the rest")
  func many() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyMigration()
      let waiting = try await world.waitForEvents("SourceNotFound")
      #expect(waiting.count == 1 && waiting.first?.type == "Normal" && waiting.first?.action == "Wait")
      #expect(waiting.first?.note?.contains("waiting since") == false)
      try await world.applyFiles(Trace.files(23))
      try await world.waitUntilReady()
      let applied = try await world.waitForEvents("MigrationApplied") { $0.count >= 21 }
      #expect(applied.count == 21)
      #expect(applied.count { $0.note == "applied 3 more migrations, the last V23__step.sql" } == 1)
      let succeeded = try await world.waitForEvents("RunSucceeded")
      #expect(succeeded.first?.note?.hasPrefix("applied 23 migrations in ") == true)
      #expect(succeeded.first?.note?.hasSuffix(", current version 23") == true)
    }
  }
}
