import Glibc
import TestSupport
import Testing

@Suite("whimbrel dev", .statesCitus, .onRealParts)
struct DevCommandTests {
  /// A world with a controller and `whimbrel dev` on a folder.
  private static func with(
    _ body: (World, TemporaryDirectory, RunningProcess) async throws -> Void
  ) async throws {
    try await World.withController(workers: 0) { world, _ in
      let folder = try TemporaryDirectory()
      try await world.applyMigration()
      let arguments = [
        "dev", "app", "--kubeconfig", world.kubectl.kubeconfig, "--namespace", world.namespace, "--directory",
        folder.path,
      ]
      let (_, ending) = try await RunningProcess.run(world.binary, arguments) { dev in
        do {
          try await body(world, folder, dev)
        } catch {
          print("--- whimbrel dev\n\(dev.output)---")
          throw error
        }
      }
      #expect(ending == .exited(0))
    }
  }

  @Test("what is saved is applied; a failure shows script, line and column; corrected and saved again it is applied")
  func saving() async throws {
    try await Self.with { world, folder, dev in
      try folder.write("CREATE TABLE one (id int);\n", to: "V1__one.sql")
      try await dev.waitForOutput("Ready: Applied, version 1")
      #expect(dev.output.contains("saved V1__one.sql"))
      try folder.write("CREATE TABLE two (id int);\nCREATE TABLE three (id nothing);\n", to: "V2__two.sql")
      try await dev.waitForOutput("V2__two.sql:2:24: [42704]")
      #expect(dev.output.contains("Correct the file and save it"))
      #expect(try await !world.exists("two"))
      try folder.write("CREATE TABLE two (id int);\nCREATE TABLE three (id int);\n", to: "V2__two.sql")
      try await dev.waitForOutput("Ready: Applied, version 2")
      #expect(try await world.exists("three"))
    }
  }

  @Test("an edit of what was applied stalls, and the way out is named")
  func edit() async throws {
    try await Self.with { _, folder, dev in
      try folder.write("CREATE TABLE one (id int);\n", to: "V1__one.sql")
      try await dev.waitForOutput("Ready: Applied, version 1")
      try folder.write("CREATE TABLE one (id bigint);\n", to: "V1__one.sql")
      try await dev.waitForOutput("write the change as a new file")
      #expect(dev.output.contains("make dev-reset"))
    }
  }

  @Test(
    "a file that is half written is not applied: not while it is open, not empty, not cut off, and no editor's files")
  func halfWritten() async throws {
    try await Self.with { world, folder, dev in
      // From then on it watches.
      try folder.write("CREATE TABLE one (id int);\n", to: "V1__one.sql")
      try await dev.waitForOutput("Ready: Applied, version 1")
      // What `touch`, Vim and Emacs leave.
      for name in ["V3__empty.sql", ".V2__two.sql.swp", "4913", "V2__two.sql~", "#V2__two.sql#"] {
        try folder.write("", to: name)
      }
      let path = folder.path + "/V2__two.sql"
      let file = try #require(fopen(path, "w"))
      fputs("CREATE TABLE half (id int);\n", file)
      fflush(file)
      try await dev.waitForOutput("still being written: V2__two.sql")
      #expect(try await !world.kubectl("get", "configmap", "migrations", "-o", "yaml").contains("half"))
      fputs("CREATE TABLE whole (id int);\n", file)
      fclose(file)
      try await dev.waitForOutput("V3__empty.sql has no statement yet")
      try await dev.waitForOutput("Ready: Applied, version 2")
      #expect(try await world.exists("whole"))
      // Cut off: what is open in the text is told at once, with its place.
      try folder.write("CREATE TABLE two (id int);\nSELECT 'never", to: "V3__empty.sql")
      try await dev.waitForOutput("V3__empty.sql:2:8")
      #expect(try await !world.exists("two"))
      // Truncated for a moment, as some editors do: what was applied stays published.
      let applied = try #require(fopen(path, "w"))
      fclose(applied)
      try await dev.waitForOutput("V2__two.sql has no statement yet")
      try folder.write("CREATE TABLE half (id int);\nCREATE TABLE whole (id int);\n", to: "V2__two.sql")
      try folder.write("CREATE TABLE two (id int);\nSELECT 'at last';\n", to: "V3__empty.sql")
      try await dev.waitForOutput("Ready: Applied, version 3")
      #expect(!dev.output.contains("Failed"))
      #expect(try await world.appliedScripts() == ["V1__one.sql", "V2__two.sql", "V3__empty.sql"])
    }
  }

  @Test("a context that is not of a local cluster is refused, unless it is named")
  func context() async throws {
    try await World.with(workers: 0) { world in
      let folder = try TemporaryDirectory()
      let text = try await world.kubectl("config", "view", "--raw", "--minify", "--flatten")
      let kubeconfig = try folder.write(text.replacing("whimbrel-local", with: "production"), to: "kubeconfig")
      let arguments = [
        "dev", "app", "--kubeconfig", kubeconfig, "--namespace", world.namespace, "--directory", folder.path,
      ]
      let (_, refused) = try await RunningProcess.run(world.binary, arguments) { dev in
        try await dev.waitForEnd()
        #expect(dev.output.contains("the context 'production' is not that of a local cluster"))
      }
      #expect(refused == .exited(2))
      let (_, missing) = try await RunningProcess.run(world.binary, arguments + ["--allow-context", "production"]) {
        try await $0.waitForEnd()
        #expect($0.output.contains("get citusmigrations \(world.namespace)/app"))
      }
      #expect(missing == .exited(2))
    }
  }
}
