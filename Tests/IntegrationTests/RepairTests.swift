import TestSupport
import Testing

@Suite("A repair by annotation", .statesCitus, .onRealParts)
struct RepairTests {
  private static let failing = "CREATE UNIQUE INDEX CONCURRENTLY one_id ON one (id);"

  @Test("takes the failed row out once for each token, says what it did, and the migrations go on")
  func failedRow() async throws {
    try await World.withController(workers: 0) { world, _ in
      var files = [
        "V1__one.sql": "CREATE TABLE one (id int);\nINSERT INTO one VALUES (1), (1);", "V2__index.sql": Self.failing,
      ]
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more.append("interval: 1s") }
      try await world.wait(forReason: "ValidationFailed")
      try await world.database.run("DROP INDEX CONCURRENTLY one_id")
      try await world.database.run("DELETE FROM one")
      try await world.annotate("repair", "first")
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.lastHandledRepairAt == "first")
      #expect(ready.status?.lastRepair?.outcome == "Succeeded")
      #expect(ready.status?.lastRepair?.message == "repair: failed rows removed: V2")
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__index.sql"])

      // The annotation is still there: another failure is not repaired away by it.
      try await world.database.run("INSERT INTO one VALUES (2)")
      files["V3__other.sql"] = "CREATE INDEX CONCURRENTLY no ON one (no_such_function(id));"
      try await world.applyFiles(files)
      try await world.wait(forReason: "ValidationFailed")
      try await world.annotate("reconcile-at", "1")
      try await world.wait(for: "another look") { $0.status?.lastHandledReconcileAt == "1" }
      let failed = "SELECT count(*) FROM flyway_schema_history WHERE NOT success"
      #expect(try await world.database.value(failed) == "1")
      #expect(try await world.migration().ready?.reason == "ValidationFailed")

      files["V3__other.sql"] = "CREATE INDEX CONCURRENTLY other ON one (id);"
      try await world.applyFiles(files)
      try await world.annotate("repair", "second")
      let again = try await world.waitUntilReady()
      #expect(again.status?.lastHandledRepairAt == "second" && again.status?.currentVersion == "3")
    }
  }

  @Test("aligns the checksum of a file that was edited on purpose")
  func checksum() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"])
      try await world.applyMigration()
      try await world.waitUntilReady()
      try await world.applyFiles(["V1__one.sql": "-- A comment.\nCREATE TABLE one (id int);"])
      try await world.wait(forReason: "ChecksumMismatch")
      try await world.annotate("repair", "now")
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.lastRepair?.message == "repair: rows aligned with their files: V1")
    }
  }
}
