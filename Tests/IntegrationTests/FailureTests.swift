import TestSupport
import Testing

@Suite("A migration that fails", .statesCitus, .onRealParts)
struct FailureTests {
  @Test("is rolled back completely, says where and why, and runs once when it is corrected")
  func sqlError() async throws {
    try await World.withController { world, _ in
      var files = [
        "V1__one.sql": "CREATE TABLE one (id int);",
        "V2__two.sql": "CREATE TABLE two (id int);\nINSERT INTO two VALUES (1);\n\nSELECT\n  no_such_function(1);\n",
        "V3__three.sql": "CREATE TABLE three (id int);",
      ]
      try await world.applyFiles(files)
      try await world.applyMigration()
      let failed = try await world.wait(forReason: "MigrationFailed")
      #expect(failed.stalled?.status == "True" && failed.reconciling == nil)
      #expect(try await world.column("STATUS") == "Failed V2")
      #expect(failed.status?.lastRun?.outcome == "Failed")
      #expect(failed.status?.lastRun?.steps?.map(\.state) == ["Applied", "Failed", "Pending"])
      let error = try #require(failed.status?.lastRun?.steps?[1].error)
      #expect(error.sqlState == "42883" && error.script == "V2__two.sql")
      #expect(error.line == 5 && error.column == 3, "where the server points to, counted in the file")
      #expect(error.message.contains("function no_such_function(integer) does not exist"))
      #expect(error.hint?.contains("No function matches the given name and argument types") == true)
      let message = try #require(failed.ready?.message)
      #expect(message.contains("V2__two.sql") && message.contains("no_such_function") && message.contains("42883"))
      #expect(failed.status?.currentVersion == "1" && failed.status?.pendingCount == 2)
      #expect(try await world.exists("one"))
      #expect(try await !world.exists("two"))
      #expect(try await world.appliedScripts() == ["V1__one.sql"])

      files["V2__two.sql"] = "CREATE TABLE two (id int);\nINSERT INTO two VALUES (1);\n"
      try await world.applyFiles(files)
      let healed = try await world.waitUntilReady()
      #expect(healed.stalled == nil && healed.status?.currentVersion == "3", "\(healed)")
      #expect(try await world.database.value("SELECT count(*) FROM two") == "1")
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql", "V3__three.sql"])
      let rows = try await world.database.value("SELECT count(*) FROM flyway_schema_history")
      #expect(rows == "3", "the failed attempt left no row")
    }
  }

  @Test("that was applied and then edited is reported with both checksums, and heals when it is put back")
  func editedFile() async throws {
    try await World.withController { world, _ in
      let original = "CREATE TABLE one (id int);\n"
      let edited = "CREATE TABLE one (id bigint);\n"
      try await world.applyFiles(["V1__one.sql": original])
      try await world.applyMigration()
      try await world.waitUntilReady()

      try await world.applyFiles(["V1__one.sql": edited, "V2__two.sql": "CREATE TABLE two (id int);"])
      let stalled = try await world.wait(forReason: "ChecksumMismatch")
      #expect(stalled.stalled?.status == "True" && stalled.reconciling == nil)
      let message = try #require(stalled.ready?.message)
      #expect(message.contains("\(FlywayRow.checksum(original))") && message.contains("\(FlywayRow.checksum(edited))"))
      #expect(message.contains("repair"), "the next step")
      #expect(try await world.column("STATUS") == "Checksum mismatch V1")
      #expect(try await !world.exists("two"), "nothing is applied on top of a doubtful history")

      try await world.applyFiles(["V1__one.sql": original, "V2__two.sql": "CREATE TABLE two (id int);"])
      let healed = try await world.waitUntilReady()
      #expect(healed.stalled == nil)
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])
    }
  }
}
