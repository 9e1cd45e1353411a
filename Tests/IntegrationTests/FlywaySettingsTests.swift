import TestSupport
import Testing

@Suite("spec.flyway in a run", .statesCitus, .onRealParts)
struct FlywaySettingsTests {
  @Test(
    "callbacks of the directory run around the migrations; undo files are not run; a look that finds nothing runs none")
  func callbacks() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles([
        "beforeMigrate.sql":
          "CREATE TABLE IF NOT EXISTS told (rank serial, what text);\nINSERT INTO told (what) VALUES ('before');",
        "afterEachMigrate.sql": "INSERT INTO told (what) VALUES ('each ${flyway:filename}');",
        "afterMigrate__last.sql": "INSERT INTO told (what) VALUES ('after');",
        "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
        "U2__two.sql": "DROP TABLE two;",
      ])
      try await world.applyMigration()
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])
      let told = "SELECT string_agg(what, ',' ORDER BY rank) FROM told"
      let once = "before,each afterEachMigrate.sql,each afterEachMigrate.sql,after"
      #expect(try await world.database.value(told) == once)

      try await world.kubectl("annotate", "cmig", "app", "whimbrel.dev/reconcile-at=now")
      _ = try await world.wait(for: "the look") { $0.status?.lastHandledReconcileAt == "now" }
      #expect(try await world.database.value(told) == once)
    }
  }

  @Test("prefixes, suffixes, the separator and the encoding of the files are as it says")
  func naming() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles([
        "M1-first_table.ddl": "CREATE TABLE one (id int);\nCOMMENT ON TABLE one IS '<note>';",
        "V2__other.sql": "SELECT 1/0;",
      ])
      try await world.applyMigration {
        $0.more.append(
          """
          flyway: {sqlMigrationPrefix: M, sqlMigrationSeparator: '-', sqlMigrationSuffixes: [.ddl], \
          placeholderPrefix: '<', placeholderSuffix: '>', placeholders: {note: hello}}
          """)
      }
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["M1-first_table.ddl"])
      #expect(try await world.database.value("SELECT obj_description('one'::regclass)") == "hello")
    }
  }

  @Test("a callback that fails is reported with its place, and the migration before it stays")
  func failingCallback() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);", "afterMigrate.sql": "SELECT 1;\nSELECT 1/0;",
      ])
      try await world.applyMigration()
      let stalled = try await world.wait(forReason: "MigrationFailed")
      let message = try #require(stalled.ready?.message)
      #expect(message.contains("afterMigrate.sql:2") && message.contains("division by zero"), "\(message)")
      #expect(try await world.appliedScripts() == ["V1__one.sql"])
    }
  }
}
