import MigrationCore
import Testing

@Suite("Callbacks")
struct CallbackTests {
  private func resolve(
    _ files: [ScriptFile], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> (set: MigrationSet, settings: MigrationSettings) {
    var settings = MigrationSettings()
    change(&settings)
    return (MigrationSet.resolve(files, settings: settings), settings)
  }

  private func file(_ path: String, _ text: String = "", role: ScriptFile.Role = .any) -> ScriptFile {
    ScriptFile(path: path, bytes: Array(text.utf8), location: role == .callbacks ? "/c" : "/m", role: role)
  }

  @Test("those of one event run by description, the one without first, wherever they lie")
  func order() {
    let files = ["beforeMigrate__b.sql", "beforeMigrate__a.sql", "beforeMigrate.sql", "sub/beforeMigrate__Z.sql"]
    let set = resolve((files + ["afterMigrate.sql"]).map { file($0) }).set
    #expect(set.callbacks(for: .beforeMigrate).map(\.description) == ["", "Z", "a", "b"])
    #expect(set.callbacks(for: .afterMigrate).map(\.script) == ["afterMigrate.sql"])
    #expect(set.callbacks(for: .afterClean).isEmpty)
    #expect(set.problems.isEmpty)
  }

  @Test("two of one name block, even in different directories and with the same content")
  func duplicates() {
    let set = resolve([file("beforeMigrate__a.sql", "A"), file("sub/beforeMigrate__a.sql", "A")]).set
    #expect(set.problems.map(\.code) == [.duplicateCallback])
    #expect(set.problems.map(\.files) == [["beforeMigrate__a.sql", "sub/beforeMigrate__a.sql"]])
    #expect(set.callbacks.count == 1)
  }

  @Test("with callbackLocations migrations come from one place and callbacks from the other")
  func roles() {
    let set = resolve([
      file("V1__a.sql", role: .migrations), file("beforeMigrate.sql", role: .migrations),
      file("V2__b.sql", role: .callbacks), file("afterMigrate.sql", role: .callbacks),
      file("nonsense.sql", role: .callbacks),
      file("afterMigrate.sql.conf", "executeInTransaction=false", role: .callbacks),
    ]).set
    #expect(set.versioned.map(\.script) == ["V1__a.sql"])
    #expect(set.callbacks.map(\.filePath) == ["/c/afterMigrate.sql"])
    #expect(set.callbacks.map(\.configuration.executeInTransaction) == [false])
    #expect(set.problems.isEmpty)
  }

  @Test("a program in the place of a callback blocks, since it would silently not run")
  func programs() {
    let names = ["beforeMigrate.sh", "afterMigrate__x.py", "afterMigrate", "beforeMigrate.txt", "beforeMigrater.sh"]
    let set = resolve(names.map { file($0) }).set
    #expect(set.problems.map(\.code) == [.scriptNotSupported, .scriptNotSupported, .scriptNotSupported])
    #expect(Set(set.problems.flatMap(\.files)) == ["beforeMigrate.sh", "afterMigrate__x.py", "afterMigrate"])
    #expect(resolve(names.map { file($0) }) { $0.skipDefaultCallbacks = true }.set.problems.count == 3)
    #expect(resolve([file("beforeMigrate.sh", role: .migrations)]).set.problems.isEmpty)
  }

  @Test("placeholders are replaced, and skipDefaultCallbacks leaves all out")
  func contents() {
    let files = [file("afterMigrate__x.sql", "${flyway:filename} ${who}")]
    #expect(resolve(files) { $0.placeholders = ["who": "me"] }.set.callbacks.map(\.text) == ["afterMigrate__x.sql me"])
    let skipped = resolve(files) { $0.skipDefaultCallbacks = true }.set
    #expect(skipped.callbacks.isEmpty && skipped.problems.isEmpty)
  }

  @Test("they are cut as migrations are, and one that cannot be cut blocks the events' command alone")
  func planned() throws {
    let (set, settings) = resolve([
      file("afterMigrate.sql", "SELECT 1; SELECT 2"), file("afterMigrate__v.sql", "VACUUM t"),
      file("afterClean.sql", "SELECT 'x"), file("beforeUndo.sql", "SELECT 3"),
    ])
    let plan = MigrationPlan.make(set: set, history: [], settings: settings)
    #expect(!plan.isBlocked)
    let after = try #require(plan.callbacks[.afterMigrate])
    #expect(after.map(\.statements.count) == [2, 1])
    #expect(after.map(\.isTransactional) == [true, false])
    #expect(plan.callbacks.count == 1)
    let clean = CallbackPlan.make(set: set, settings: settings, events: [.afterClean])
    #expect(clean.problems.map(\.code) == [.unparsableScript])
    #expect(CallbackPlan.make(set: set, settings: settings).callbacks.count == 3)
  }

  @Test("an unset placeholder in a callback blocks the command that would run it")
  func unresolved() {
    let (set, settings) = resolve([file("beforeMigrate.sql", "${nope}")])
    #expect(set.problems.isEmpty)
    #expect(
      MigrationPlan.make(set: set, history: [], settings: settings).problems.map(\.code) == [.unresolvedPlaceholder])
  }

  @Test("every event has Flyway's name")
  func events() {
    #expect(CallbackEvent.allCases.count == 42)
    #expect(CallbackEvent(rawValue: "beforeEachMigrateStatement") == .beforeEachMigrateStatement)
    #expect(CallbackEvent.ofMigrate.isDisjoint(with: [.beforeUndo, .beforeInfo, .beforeClean, .beforeRepair]))
  }
}
