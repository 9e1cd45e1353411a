import MigrationCore
import Testing

@Suite("What a plan's digest binds")
struct PlanDigestTests {
  private typealias Files = [(String, String)]
  private static let files: Files = [("V1__a.sql", "SELECT 1"), ("V2__b.sql", "SELECT 2"), ("V3__c.sql", "SELECT 3")]
  private static let target = "db:5432/app"

  private static func plan(
    _ files: Files = files, applied: Int = 0, _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationPlan {
    var settings = MigrationSettings()
    change(&settings)
    let set = MigrationSet.resolve(
      files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: settings)
    let rows = set.versioned.prefix(applied).enumerated().map { index, script in
      HistoryRow(
        installedRank: index + 1, version: script.version?.description, description: script.description, type: "SQL",
        script: script.script, checksum: script.checksum, installedBy: "app", installedOn: "", executionTime: 1,
        success: true)
    }
    return MigrationPlan.make(set: set, history: rows, settings: settings)
  }

  @Test("whatever changes the statements or how they run changes it")
  func terms() {
    let changed: [MigrationPlan] = [
      Self.plan { $0.placeholders = ["a": "1"] }, Self.plan { $0.placeholders = ["a": "2"] },
      Self.plan { $0.placeholderReplacement = false }, Self.plan { $0.skipExecutingMigrations = true },
      Self.plan { $0.group = true }, Self.plan { $0.executeInTransaction = false },
      Self.plan { $0.initSql = "SELECT 1" },
      Self.plan(Self.files + [("beforeMigrate.sql", "SELECT 4")]),
      Self.plan(Self.files + [("beforeMigrate.sql", "SELECT 5")]),
      Self.plan(Self.files + [("V1__a.sql.conf", "executeInTransaction=false")]),
      Self.plan(Self.files + [("V1__a.sql.conf", "# whimbrel: approval=manual")]),
      Self.plan([("V1__a.sql", "SELECT 1\n"), Self.files[1], Self.files[2]]),
    ]
    let digests = (changed + [Self.plan()]).map { $0.digest(target: Self.target) }
    #expect(Set(digests).count == digests.count)
  }

  @Test("a plan is the rest of the one that it was before its first migrations were applied", arguments: 0...3)
  func rest(applied: Int) {
    let whole = Self.plan().digest(target: Self.target)
    #expect(Self.plan(applied: applied).isRest(of: whole, target: Self.target))
  }

  @Test("and of no other: with a file more, another content, another target, or one that was applied before")
  func notRest() {
    let whole = Self.plan().digest(target: Self.target)
    #expect(!Self.plan(Self.files + [("V4__d.sql", "SELECT 4")], applied: 1).isRest(of: whole, target: Self.target))
    let changed: Files = [Self.files[0], Self.files[1], ("V3__c.sql", "SELECT 33")]
    #expect(!Self.plan(changed, applied: 1).isRest(of: whole, target: Self.target))
    #expect(!Self.plan(applied: 1).isRest(of: whole, target: "db:5432/other"))
    #expect(!Self.plan(applied: 1).isRest(of: "", target: Self.target))
    let later = Self.plan(applied: 1).digest(target: Self.target)
    #expect(!Self.plan().isRest(of: later, target: Self.target), "an approval of less is none of more")
  }
}
