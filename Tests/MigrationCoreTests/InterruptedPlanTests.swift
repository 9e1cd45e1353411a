import Testing

@testable import MigrationCore

@Suite("Plans with an interrupted migration")
struct InterruptedPlanTests {
  private static let index = "CREATE INDEX CONCURRENTLY i ON t (a); CREATE INDEX CONCURRENTLY j ON t (b);"

  private func plan(
    _ files: [(String, String)], _ history: [HistoryRow], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationPlan {
    var settings = MigrationSettings()
    change(&settings)
    return .make(set: set(files, settings), history: history, settings: settings)
  }

  private func set(_ files: [(String, String)], _ settings: MigrationSettings) -> MigrationSet {
    .resolve(files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: settings)
  }

  private func checksum(_ sql: String) -> Int32 {
    set([("V1__a.sql", sql)], MigrationSettings()).versioned.first?.checksum ?? 0
  }

  @Test("it goes on first, outside a transaction, under its own rank, and is no problem")
  func resumed() {
    let row = HistoryRow.interrupted(2, "2", time: -4, checksum: checksum(Self.index))
    let files = [("V1__a.sql", ""), ("V2__a.sql", Self.index), ("V3__a.sql", "CREATE TABLE c (a int)")]
    let plan = plan(files, [.sql(1, "1"), row])
    #expect(plan.problems.isEmpty && plan.isValid)
    #expect(plan.steps.map(\.script.script) == ["V2__a.sql", "V3__a.sql"])
    #expect(plan.steps[0].resumption == Resumption(rank: 2, done: 1, isUnderWay: true))
    #expect(!plan.steps[0].isTransactional && plan.steps[1].resumption == nil)
    #expect(plan.migrations.map(\.state) == [.success, .failed, .pending])
  }

  @Test("a .conf that puts it into a transaction now changes nothing, nor does a group, a target or a pick")
  func settings() throws {
    let row = HistoryRow.interrupted(2, "2", time: -3, checksum: checksum("INSERT INTO t VALUES (1); SELECT 1"))
    let files = [
      ("V2__a.sql", "INSERT INTO t VALUES (1); SELECT 1"), ("V2__a.sql.conf", "executeInTransaction=true"),
      ("V3__a.sql", "CREATE TABLE c (a int)"),
    ]
    let target = try MigrationVersion("1")
    for change: (inout MigrationSettings) -> Void in [
      { $0.group = true }, { $0.target = .version(target, mustExist: false) }, { $0.validateOnMigrate = false },
    ] {
      let plan = plan(files, [row], change)
      #expect(plan.problems.isEmpty, "\(plan.problems)")
      #expect(plan.steps.first?.resumption?.done == 1 && plan.steps.first?.isTransactional == false)
    }
  }

  @Test("a repeatable one goes on before new versions run")
  func repeatable() {
    let row = HistoryRow.interrupted(1, nil, "r", time: -2, checksum: checksum("VACUUM"))
    let plan = plan([("R__r.sql", "VACUUM"), ("V1__a.sql", "SELECT 1")], [row])
    #expect(plan.steps.map(\.script.script) == ["R__r.sql", "V1__a.sql"] && plan.problems.isEmpty)
  }

  @Test("a file that changed, is gone, or has fewer statements blocks, and it is said what to do")
  func blocked() {
    let row = HistoryRow.interrupted(1, "1", time: -3, checksum: checksum(Self.index))
    let short = HistoryRow.interrupted(1, "1", time: -6, checksum: checksum(Self.index))
    let cases: [([(String, String)], HistoryRow, String)] = [
      ([("V1__a.sql", "VACUUM; VACUUM")], row, "put it back as it was"),
      ([("V9__x.sql", "SELECT 1")], row, "Bring the file back"),
      ([("V1__a.sql", Self.index)], short, "only 2 statements"),
      ([("V1__other.sql", Self.index)], row, "put it back as it was"),
    ]
    for (files, row, text) in cases {
      let plan = plan(files, [row])
      #expect(plan.isBlocked)
      #expect(
        plan.problems.contains { "\($0.message) \($0.nextStep)".contains(text) }, "\(plan.problems)")
    }
  }

  @Test("one that failed for good blocks as before, and so does one where no statement is to be run")
  func lasting() {
    let files = [("V1__a.sql", Self.index)]
    let failed = HistoryRow.interrupted(1, "1", time: 12, checksum: checksum(Self.index))
    #expect(plan(files, [failed]).problems.map(\.code) == [.failedVersionedMigration])
    let interrupted = HistoryRow.interrupted(1, "1", time: -2, checksum: checksum(Self.index))
    #expect(plan(files, [interrupted]) { $0.skipExecutingMigrations = true }.isBlocked)
  }

  @Test("validate finds it, and names the way on; repair takes its row out, as Flyway does")
  func otherVerbs() {
    let row = HistoryRow.interrupted(1, "1", time: -2, checksum: checksum(Self.index))
    let set = set([("V1__a.sql", Self.index)], MigrationSettings())
    let overview = MigrationOverview(set: set, history: [row], settings: MigrationSettings())
    let found = MigrationValidation.problems(of: overview, ignoring: [])
    #expect(found.map(\.code) == [.failedVersionedMigration])
    #expect(found.first?.nextStep == "Run migrate: it goes on where it was.")
    #expect(RepairPlan.make(set: set, history: [row], settings: MigrationSettings()).actions == [.remove(row)])
  }
}
