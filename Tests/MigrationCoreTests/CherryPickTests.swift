import MigrationCore
import Testing

@Suite("Picks and conditions")
struct CherryPickTests {
  private func plan(
    _ paths: [String], _ history: [HistoryRow] = [], _ change: (inout MigrationSettings) -> Void = { _ in }
  ) -> MigrationPlan {
    var settings = MigrationSettings()
    change(&settings)
    let files = paths.map {
      ScriptFile(path: $0, bytes: $0.hasSuffix(".conf") ? Array("shouldExecute=false".utf8) : [])
    }
    let set = MigrationSet.resolve(files, settings: settings)
    return MigrationPlan.make(set: set, history: history, settings: settings)
  }

  private let paths = ["V1__a.sql", "V2__b.sql", "V3__c.sql", "R__create_view.sql"]

  @Test("only what is picked runs, in that order, the rest is ignored and validation passes over it")
  func picked() {
    let picked = plan(paths) { $0.cherryPick = [CherryPick("create_view"), CherryPick("3"), CherryPick("1.0")] }
    #expect(picked.steps.map(\.script.name.label) == ["R \"create view\"", "V3", "V1"])
    #expect(picked.migrations.map(\.state) == [.pending, .ignored, .pending, .pending])
    #expect(!picked.isBlocked)
  }

  @Test("a picked version below the current one runs without outOfOrder")
  func late() {
    let late = plan(paths, [.sql(1, "1"), .sql(2, "3", "c")]) { $0.cherryPick = [CherryPick("2")] }
    #expect(late.steps.map(\.version) == ["2"] && !late.isBlocked)
  }

  @Test("a pick that is nothing's name blocks, one that is applied does not")
  func unknown() {
    #expect(plan(paths) { $0.cherryPick = [CherryPick("7")] }.problems.map(\.code) == [.cherryPickNotFound])
    let applied = plan(paths, [.sql(1, "1")]) { $0.cherryPick = [CherryPick("1")] }
    #expect(!applied.isBlocked && applied.steps.isEmpty)
  }

  @Test(
    "versions are compared as versions, descriptions with _ as blank",
    arguments: [("1.0", "1", "x", true), ("1_0", "1", "x", true), ("2", "1", "x", false), ("a_b", "1", "a b", true)])
  func matches(pick: String, version: String, description: String, expected: Bool) throws {
    let version = try MigrationVersion(version)
    #expect(CherryPick(pick).matches(version: version, description: description) == expected)
    #expect(!CherryPick("1").matches(version: nil, description: "x"))
  }

  @Test("repair removes failed rows of picked migrations alone")
  func repair() {
    var settings = MigrationSettings()
    settings.cherryPick = [CherryPick("2")]
    let set = MigrationSet.resolve(paths.map { ScriptFile(path: $0, bytes: []) }, settings: settings)
    let rows: [HistoryRow] = [.sql(1, "1", success: false), .sql(2, "2", "b", success: false)]
    let actions = RepairPlan.make(set: set, history: rows, settings: settings).actions
    #expect(actions == [.remove(rows[1])])
  }

  @Test("a script whose condition is false is ignored by runs and by validation")
  func conditions() {
    let off = plan(["V1__a.sql", "V2__b.sql", "V2__b.sql.conf", "R__r.sql", "R__r.sql.conf"])
    #expect(off.steps.map(\.version) == ["1"])
    #expect(off.migrations.map(\.state) == [.pending, .ignored, .ignored])
    #expect(!off.isBlocked)
    let before = plan(["V1__a.sql", "V2__b.sql", "V1__a.sql.conf"], [.sql(1, "2", "b")])
    #expect(before.problems.isEmpty)
  }
}
