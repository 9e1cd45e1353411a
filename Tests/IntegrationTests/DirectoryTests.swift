import TestSupport
import Testing

@Suite("A directory below the migrations root", .statesCitus, .onRealParts)
struct DirectoryTests {
  @Test("is applied, with its subdirectories, and looked at again every interval")
  func isApplied() async throws {
    let root = try TemporaryDirectory()
    try root.write("CREATE TABLE one (id int);", to: "betting/V1__one.sql")
    try root.write("CREATE TABLE two (id int);", to: "betting/later/V2__two.sql")
    try root.write("CREATE TABLE other (id int);", to: "other/V9__other.sql")
    try await World.withController(workers: 0, ["--migrations-root", root.path]) { world, _ in
      try await world.applyMigration {
        $0.migrations = "{directory: {path: betting}}"
        $0.more = ["interval: 1s"]
      }
      let ready = try await world.waitUntilReady()
      #expect(ready.status?.source?.revision.hasPrefix("directory/betting@sha256:") == true)
      #expect(try await world.appliedScripts() == ["V1__one.sql", "later/V2__two.sql"])
      try root.write("CREATE TABLE three (id int);", to: "betting/V3__three.sql")
      try await world.wait(for: "version 3") { $0.status?.currentVersion == "3" }
      #expect(try await !world.exists("other"))
    }
  }

  @Test("is refused by a controller without a root")
  func withoutRoot() async throws {
    try await World.withController(workers: 0) { world, _ in
      try await world.applyMigration { $0.migrations = "{directory: {path: betting}}" }
      let stalled = try await world.wait(forReason: "InvalidSource")
      let message = "spec.migrations.directory needs a controller that was started with --migrations-root"
      #expect(stalled.ready?.message == message)
    }
  }

  @Test("that does not exist is named and waited for")
  func missing() async throws {
    let root = try TemporaryDirectory()
    try await World.withController(workers: 0, ["--migrations-root", root.path]) { world, _ in
      try await world.applyMigration { $0.migrations = "{directory: {path: betting}}" }
      let waiting = try await world.wait(forReason: "SourceNotFound")
      let message = "directory 'betting' below the migrations root: No such file or directory; check the path"
      #expect(waiting.ready?.message.hasPrefix(message) == true)
      try root.write("SELECT 1;", to: "betting/V1__one.sql")
      try await world.waitUntilReady()
    }
  }

  @Test("is refused when a symbolic link leads out of the root")
  func symbolicLink() async throws {
    let outside = try TemporaryDirectory()
    let file = try outside.write("CREATE TABLE stolen (id int);", to: "V1__stolen.sql")
    let root = try TemporaryDirectory()
    try root.link("linked", to: outside.path)
    try root.write("SELECT 2;", to: "linking/V2__two.sql")
    try root.link("linking/V1__stolen.sql", to: file)
    try await World.withController(workers: 0, ["--migrations-root", root.path]) { world, _ in
      for name in ["linked", "linking"] {
        try await world.applyMigration {
          $0.name = name
          $0.migrations = "{directory: {path: \(name)}}"
        }
        let stalled = try await world.wait(forReason: "InvalidSource", name)
        let message = "leads outside the migrations root by a symbolic link"
        #expect(stalled.ready?.message.contains(message) == true)
      }
      #expect(try await !world.exists("flyway_schema_history"))
    }
  }
}
