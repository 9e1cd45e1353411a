import MigrationCore
import Testing

@Suite("Undo")
struct UndoPlanTests {
  private let files = [
    ("V1__a.sql", "A"), ("V2__b.sql", "B"), ("V3__c.sql", "C"), ("U1__a.sql", "SELECT 1"), ("U2__b.sql", "SELECT 2"),
    ("U3__c.sql", "SELECT 3"),
  ]

  private func settings(_ change: (inout MigrationSettings) -> Void) -> MigrationSettings {
    var settings = MigrationSettings()
    change(&settings)
    return settings
  }

  private func set(_ files: [(String, String)], _ settings: MigrationSettings) -> MigrationSet {
    MigrationSet.resolve(files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: settings)
  }

  private func undo(
    _ files: [(String, String)], _ history: [HistoryRow], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> UndoPlan {
    let settings = settings(change)
    return UndoPlan.make(set: set(files, settings), history: history, settings: settings)
  }

  private func applied(_ order: [Int] = [1, 2, 3]) -> [HistoryRow] {
    order.enumerated().map { place, version in
      let text = ["A", "B", "C"][version - 1]
      return .sql(
        place + 1, "\(version)", text.lowercased(), checksum: try? Checksum.flyway(Array(text.utf8)))
    }
  }

  @Test("without a target the one that was applied last goes, also if it was late")
  func latest() {
    let plan = undo(files, applied())
    #expect(plan.steps.map(\.step.script.script) == ["U3__c.sql"])
    #expect(plan.currentVersion == "3" && plan.targetVersion == "2")
    #expect(!plan.isBlocked && plan.problems.isEmpty)
    #expect(undo(files, applied([1, 3, 2])).steps.map(\.undone.version) == ["2"])
    #expect(undo(files, applied()) { $0.target = .current }.steps.count == 1)
    #expect(undo(files, []).steps.isEmpty)
  }

  @Test("with a target all go, latest first, down to and with the target")
  func target() throws {
    let (two, three, nine) = (try MigrationVersion("2"), try MigrationVersion("3"), try MigrationVersion("9"))
    let plan = undo(files, applied()) { $0.target = .version(two, mustExist: true) }
    #expect(plan.steps.map(\.undone.version) == ["3", "2"])
    #expect(plan.targetVersion == "1")
    let late = undo(files, applied([1, 3, 2])) { $0.target = .version(three, mustExist: true) }
    #expect(late.steps.isEmpty)
    let unknown = undo(files, applied()) { $0.target = .version(nine, mustExist: true) }
    #expect(unknown.problems.map(\.code) == [.targetNotFound])
  }

  @Test("the first without an undo file ends it: an error if nothing was undone before it, else a warning")
  func withoutFile() throws {
    let some = files.filter { $0.0 != "U2__b.sql" }
    let one = try MigrationVersion("1")
    let plan = undo(some, applied()) { $0.target = .version(one, mustExist: true) }
    #expect(plan.steps.map(\.undone.version) == ["3"])
    #expect(plan.problems.map(\.code) == [.noUndo] && !plan.isBlocked)
    #expect(undo(some, applied([1, 2])).isBlocked)
    let baselined = [HistoryRow.sql(1, "1", "<< Flyway Baseline >>", checksum: nil, type: "BASELINE")]
    #expect(undo(files, baselined).problems.map(\.code) == [.noUndo])
  }

  @Test("picks are undone from the last to the first")
  func picks() {
    let plan = undo(files, applied()) { $0.cherryPick = [CherryPick("3"), CherryPick("b"), CherryPick("1")] }
    #expect(plan.steps.map(\.undone.version) == ["1", "2", "3"])
  }

  @Test("the row is one that the community edition takes for a deletion, and here means undone")
  func row() throws {
    let history = applied()
    let settings = MigrationSettings()
    let step = try #require(undo(files, history).steps.first)
    let row = step.row(rank: 4, installedBy: "me", milliseconds: 7)
    #expect(row.type == "DELETE" && row.version == "3" && row.script == "U3__c.sql" && row.success)
    let overview = MigrationOverview(set: set(files, settings), history: history + [row], settings: settings)
    #expect(overview.migrations.map(\.state) == [.success, .success, .undone, .pending])
    #expect(overview.currentVersion == "2" && overview.problems.isEmpty)
    #expect(MigrationValidation.problems(of: overview, ignoring: [IgnorePattern(.any, .pending)]).isEmpty)
    #expect(RepairPlan.make(set: set(files, settings), history: history + [row], settings: settings).actions.isEmpty)
    #expect(undo(files, history + [row]).steps.map(\.undone.version) == ["2"])
  }

  @Test("UNDO_SQL of the paid editions means the same; a plain DELETE means deleted")
  func otherRows() {
    let settings = MigrationSettings()
    let paid = HistoryRow.sql(4, "3", "c", checksum: 5, type: "UNDO_SQL")
    let overview = MigrationOverview(set: set(files, settings), history: applied() + [paid], settings: settings)
    #expect(overview.migrations.map(\.state) == [.success, .success, .undone, .success, .pending])
    #expect(overview.migrations.map(\.category) == ["Versioned", "Versioned", "Versioned", "Undo", "Versioned"])
    #expect(overview.currentVersion == "2")
    let deleted = HistoryRow.sql(4, "3", "c", checksum: 5, type: "DELETE")
    let other = MigrationOverview(set: set(files, settings), history: applied() + [deleted], settings: settings)
    #expect(other.migrations.map(\.state) == [.success, .success, .deleted, .pending])
  }

  @Test("an undo that failed half-way blocks until repair takes its row out")
  func failed() throws {
    let settings = MigrationSettings()
    let row = try #require(undo(files, applied()).steps.first).row(rank: 4, success: false)
    let plan = MigrationPlan.make(set: set(files, settings), history: applied() + [row], settings: settings)
    #expect(plan.problems.map(\.code) == [.failedVersionedMigration])
    #expect(undo(files, applied() + [row]).isBlocked)
    let repair = RepairPlan.make(set: set(files, settings), history: applied() + [row], settings: settings)
    #expect(repair.actions == [.remove(row)])
  }

  @Test("info says which migrations have an undo file")
  func undoable() {
    let settings = MigrationSettings()
    let some = files.filter { $0.0 != "U2__b.sql" } + [("R__r.sql", "")]
    let overview = MigrationOverview(set: set(some, settings), history: applied([1, 2]), settings: settings)
    #expect(overview.migrations.map(\.undoable) == ["Yes", "No", "Yes", ""])
    #expect(overview.migrations.map(\.isUndoable) == [true, false, false, false])
    #expect(overview.migrations.first?.undo?.script == "U1__a.sql")
  }
}
