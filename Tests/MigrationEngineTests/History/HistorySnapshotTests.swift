import MigrationCore
import MigrationEngine
import Testing

@Suite("What the history snapshot says")
struct HistorySnapshotTests {
  private func snapshot(
    exists: Bool = true, missing: [String] = [], filled: [String] = []
  ) -> HistorySnapshot {
    HistorySnapshot(
      schema: "app", table: "flyway_schema_history", tableExists: exists, rows: [], missingSchemas: missing,
      nonEmptySchemas: filled)
  }

  private func settings(createSchemas: Bool) -> MigrationSettings {
    var settings = MigrationSettings()
    settings.createSchemas = createSchemas
    return settings
  }

  @Test("a missing schema is refused only if it is the history's own and may not be created")
  func refusal() {
    #expect(snapshot(missing: ["app"]).refusal(settings: settings(createSchemas: true)) == nil)
    #expect(snapshot(missing: ["other"]).refusal(settings: settings(createSchemas: false)) == nil)
    let text = snapshot(missing: ["app"]).refusal(settings: settings(createSchemas: false))
    #expect(text?.contains(#"schema "app" does not exist"#) == true)
    #expect(text?.contains("createSchemas") == true)
  }

  @Test(
    "something must be prepared while table or schemas are missing",
    arguments: [
      (true, [], true, false), (false, [], true, true), (true, ["other"], true, true), (true, ["other"], false, false),
    ] as [(Bool, [String], Bool, Bool)])
  func preparation(exists: Bool, missing: [String], create: Bool, needed: Bool) {
    let snapshot = snapshot(exists: exists, missing: missing)
    #expect(snapshot.needsPreparation(settings: settings(createSchemas: create)) == needed)
  }

  @Test("a filled schema without history blocks the plan")
  func filled() throws {
    let scripts = MigrationSet.resolve(
      [ScriptFile(path: "V1__a.sql", bytes: Array("SELECT 1".utf8))], settings: MigrationSettings())
    let blocked = snapshot(exists: false, filled: ["app"]).plan(scripts, settings: MigrationSettings())
    #expect(blocked.problems.map(\.code) == [.nonEmptySchema])
    #expect(snapshot(exists: true, filled: ["app"]).plan(scripts, settings: MigrationSettings()).problems.isEmpty)
    #expect(snapshot(exists: false).plan(scripts, settings: MigrationSettings()).problems.isEmpty)
  }
}
