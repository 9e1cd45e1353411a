import TestSupport
import Testing

@Suite("Many resources at once", .statesCitus, .onRealParts)
struct CrowdTests {
  @Test("all become ready, and those that hang delay no other")
  func twenty() async throws {
    try await World.withController { world, _ in
      let gate = Gate(world.database)
      try await gate.close(1)
      try await world.applyFiles(["V1__hangs.sql": gate.passing(1)], configMap: "hanging")
      try await world.applyFiles([
        "V1__one.sql": "CREATE TABLE one (id int);", "V2__two.sql": "CREATE TABLE two (id int);",
      ])
      // One hangs in a statement, one in connecting to a server that never answers.
      let silent = SilentPort()
      try await world.applyMigration {
        $0.name = "hanging"
        $0.migrations = "{configMap: {names: [hanging]}}"
      }
      try await gate.waitUntilReached(1)
      let others = [world.database.name + "_a", world.database.name + "_b", world.database.name + "_c"]
      try await world.withPlainDatabase(others[0]) {
        try await world.withPlainDatabase(others[1]) {
          try await world.withPlainDatabase(others[2]) {
            try await applyCrowd(world, databases: others, silentPort: silent.number)
            let names = (1...18).map { "cmig/crowd-\($0)" }
            try await world.kubectl.run(["wait", "--for=condition=Ready", "--timeout=120s"] + names)
            #expect(try await world.migration("hanging").status?.summary == "Applying 1/1")
            #expect(try await world.migration("silent").ready?.status != "True")
          }
        }
      }
      await gate.end()
      try await world.waitUntilReady("hanging")
    }
  }

  // Six resources share each database, each with a schema of its own.
  private func applyCrowd(_ world: World, databases: [String], silentPort: Int) async throws {
    var manifests: [String] = []
    for number in 1...18 {
      var manifest = MigrationManifest(world.database)
      manifest.name = "crowd-\(number)"
      manifest.database = "{value: \(databases[number % databases.count])}"
      manifest.workers = "{expected: 0}"
      manifest.more.append("flyway: {schemas: [schema_\(number)]}")
      manifests.append(manifest.text)
    }
    var silent = MigrationManifest(world.database)
    silent.name = "silent"
    silent.port = "{value: \"\(silentPort)\"}"
    manifests.insert(silent.text, at: 0)
    try await world.kubectl.apply(manifests.joined(separator: "---\n"))
  }
}
