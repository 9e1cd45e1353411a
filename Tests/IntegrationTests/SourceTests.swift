import TestSupport
import Testing

@Suite("The source", .statesCitus, .onRealParts)
struct SourceTests {
  @Test("with a badly named file is refused as a whole, and heals when the file is renamed")
  func badName() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);", "V2_two.sql": "CREATE TABLE two (id int);",
      ])
      try await world.applyMigration()
      let stalled = try await world.wait(forReason: "InvalidSource")
      #expect(stalled.stalled?.status == "True" && stalled.reconciling == nil)
      #expect(stalled.condition("SourceReady")?.status == "False")
      let message = try #require(stalled.ready?.message)
      #expect(message.contains("V2_two.sql"))
      #expect(message.contains("Two underscores stand between version and description"))
      #expect(try await world.column("STATUS") == "Invalid migrations")
      #expect(try await !world.exists("one"))
      #expect(try await !world.exists("flyway_schema_history"))

      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
      ])
      let ready = try await world.waitUntilReady()
      #expect(ready.condition("SourceReady")?.status == "True")
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])
    }
  }

  @Test("with two files of one version names both")
  func oneVersionTwice() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles([
        "V1__one.sql": "SELECT 1;", "V2__two.sql": "SELECT 2;", "V2.0__also_two.sql": "SELECT 2;",
      ])
      try await world.applyMigration()
      let stalled = try await world.wait(forReason: "InvalidSource")
      let message = try #require(stalled.ready?.message)
      #expect(message.contains("V2__two.sql") && message.contains("V2.0__also_two.sql"))
      #expect(try await !world.exists("flyway_schema_history"))
    }
  }

  @Test("may be several ConfigMaps, which are merged; a file in two of them is refused")
  func severalConfigMaps() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyFiles(["V2__two.sql": "ALTER TABLE one ADD COLUMN two int;"], configMap: "late")
      try await world.applyFiles(["V1__one.sql": "CREATE TABLE one (id int);"], configMap: "early")
      try await world.applyMigration { $0.migrations = "{configMap: {names: [late, early]}}" }
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])

      try await world.applyFiles(["V1__one.sql": "SELECT 1;", "V2__two.sql": "SELECT 2;"], configMap: "late")
      let stalled = try await world.wait(forReason: "InvalidSource")
      let message = "file 'V1__one.sql' is in ConfigMap 'early' and in ConfigMap 'late'; remove one of them"
      #expect(stalled.ready?.message == message)
    }
  }

  @Test("may be all ConfigMaps with a label, also those that come later")
  func selector() async throws {
    try await World.withController(workers: 0) { world, _ in
      let labels = ["part-of": "betting"]
      try await world.applyMigration {
        $0.migrations = "{configMap: {selector: {matchLabels: {part-of: betting}}}}"
        $0.more = ["retryInterval: 1h"]
      }
      let waiting = try await world.wait(forReason: "SourceNotFound")
      let message = "no ConfigMap in this namespace has the labels part-of=betting; create one; waiting since "
      #expect(waiting.ready?.message.hasPrefix(message) == true)
      try await world.kubectl.apply(ConfigMapManifest("other", ["V9__other.sql": "SELECT 9;"]))
      try await world.kubectl.apply(
        ConfigMapManifest("a", labels: labels, ["V1__one.sql": "CREATE TABLE one (id int);"]))
      try await world.waitUntilReady()
      #expect(try await world.appliedScripts() == ["V1__one.sql"])
      try await world.kubectl.apply(
        ConfigMapManifest("b", labels: labels, ["V2__two.sql": "CREATE TABLE two (id int);"]))
      try await world.wait(for: "the second ConfigMap is applied") { $0.status?.appliedCount == 2 }
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql"])
    }
  }

  @Test("is applied at once when a file is added to its ConfigMap")
  func addedFile() async throws {
    try await World.withController(workers: 0) { world, _ in
      var files = ["V1__one.sql": "CREATE TABLE one (id int);"]
      try await world.applyFiles(files)
      try await world.applyMigration { $0.more = ["interval: 1h", "retryInterval: 1h"] }
      let first = try await world.waitUntilReady()
      files["V2__two.sql"] = "CREATE TABLE two (id int);"
      try await world.applyFiles(files)
      let second = try await world.wait(for: "version 2", timeout: .seconds(20)) { $0.status?.currentVersion == "2" }
      #expect(first.status?.source?.digest != second.status?.source?.digest)
      #expect(try await world.exists("two"))
    }
  }
}
