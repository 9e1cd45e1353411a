import TestSupport
import Testing

@Suite("spec.lint", .statesCitus, .onRealParts)
struct LintTests {
  private static let table = """
    CREATE TABLE bets (tenant_id bigint NOT NULL, id bigint NOT NULL, PRIMARY KEY (tenant_id, id));
    SELECT create_distributed_table('bets', 'tenant_id');
    """
  private static let wrong = "CREATE UNIQUE INDEX bets_id ON bets (id);"

  @Test("a finding stops the run before anything starts, is told with its place, and a corrected script runs")
  func stops() async throws {
    try await World.withController { world, _ in
      var files = ["V20260101000000__add_bets.sql": Self.table]
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more.append("lint: {}") }
      let ready = try await world.waitUntilReady()
      #expect(ready.condition("LintPassed")?.status == "True")

      files["V20260102000000__add_bets_note.sql"] = "ALTER TABLE bets ADD COLUMN note text;"
      files["V20260103000000__index_bets_by_id.sql"] = Self.wrong
      try await world.applyFiles(files)
      let stopped = try await world.wait(forReason: "LintFailed")
      #expect(stopped.stalled?.message.contains("V20260103000000__index_bets_by_id.sql:1:") == true)
      #expect(stopped.stalled?.message.contains("cit-unique") == true)
      #expect(stopped.condition("LintPassed")?.status == "False")
      #expect(
        try await world.appliedScripts() == ["V20260101000000__add_bets.sql"], "the one before it does not run either")
      let events = try await world.waitForEvents("LintFinding")
      #expect(events.contains { $0.note?.contains("cit-unique") == true })

      files["V20260103000000__index_bets_by_id.sql"] =
        "CREATE UNIQUE INDEX CONCURRENTLY bets_id ON bets (tenant_id, id);"
      try await world.applyFiles(files)
      // What is still said of it, below an error, stops nothing.
      let done = try await world.waitUntilReady()
      #expect(done.condition("LintPassed")?.status == "True" && done.status?.currentVersion == "20260103000000")
    }
  }

  @Test("what was applied is never judged again, and without spec.lint nothing is")
  func applied() async throws {
    try await World.withController(workers: 0) { world, _ in
      // The linter has something to say of it: its name has no time, and nothing distributes it.
      try await world.applyFiles(["V1__add_one.sql": "CREATE TABLE one (tenant_id int);"])
      try await world.applyMigration()
      let plain = try await world.waitUntilReady()
      #expect(plain.condition("LintPassed") == nil)
      try await world.applyMigration { $0.more += ["lint: {failOn: Info}"] }
      let judged = try await world.wait(for: "the linter has looked") { $0.condition("LintPassed") != nil }
      #expect(judged.condition("LintPassed")?.message == "nothing is pending")
      #expect(judged.ready?.status == "True")
    }
  }

  @Test("a rewrite of a table that is small now is told and runs, one of a large table stops")
  func sizes() async throws {
    try await World.withController(workers: 0) { world, _ in
      var files = ["V20260101000000__add_notes.sql": "CREATE TABLE notes (id bigint PRIMARY KEY, age text, text text);"]
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more.append("lint: {}") }
      try await world.waitUntilReady()
      files["V20260102000000__age_as_number.sql"] =
        "ALTER TABLE notes ALTER COLUMN age TYPE integer USING age::integer;"
      try await world.applyFiles(files)
      try await world.wait(for: "version 20260102000000") { $0.status?.currentVersion == "20260102000000" }

      try await world.database.run("INSERT INTO notes SELECT n, n, repeat('x', 1000) FROM generate_series(1, 10000) n")
      files["V20260103000000__age_as_bigint.sql"] = "ALTER TABLE notes ALTER COLUMN age TYPE bigint;"
      try await world.applyFiles(files)
      let stopped = try await world.wait(forReason: "LintFailed")
      #expect(stopped.stalled?.message.contains("lock-rewrite") == true)
      #expect(stopped.stalled?.message.contains(" MB now.") == true, "\(stopped.stalled?.message ?? "")")
    }
  }
}
