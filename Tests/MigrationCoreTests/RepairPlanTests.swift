import MigrationCore
import Testing

@Suite("Repair")
struct RepairPlanTests {
  private func repair(_ files: [String], _ history: [HistoryRow], _ patterns: [IgnorePattern]? = nil) -> RepairPlan {
    var settings = MigrationSettings()
    settings.ignoreMigrationPatterns = patterns ?? settings.ignoreMigrationPatterns
    settings.placeholders = ["x": "1"]
    let set = MigrationSet.resolve(files.map { ScriptFile(path: $0, bytes: Array("${x}".utf8)) }, settings: settings)
    return RepairPlan.make(set: set, history: history, settings: settings)
  }

  private let raw: Int32 = (try? Checksum.flyway(Array("${x}".utf8))) ?? 0

  @Test("failed rows go, whether their file is there or not")
  func failed() {
    let rows: [HistoryRow] = [.sql(1, "1", checksum: raw), .sql(2, "2", success: false), .sql(3, nil, success: false)]
    let plan = repair(["V1__a.sql"], rows)
    #expect(plan.actions == [.remove(rows[1]), .remove(rows[2])])
    #expect(plan.history == [rows[0]])
  }

  @Test("a row without file is marked as deleted, of the future only if asked for")
  func missing() {
    let rows: [HistoryRow] = [.sql(4, "1", checksum: 9), .sql(5, "2", checksum: raw), .sql(6, "3", checksum: raw)]
    let plan = repair(["V2__a.sql"], rows)
    #expect(plan.history.map(\.type) == ["SQL", "SQL", "SQL", "DELETE"])
    #expect(plan.history.last?.installedRank == 7)
    #expect(plan.history.last?.version == "1" && plan.history.last?.checksum == 9)
    #expect(repair(["V2__a.sql"], rows, []).history.map(\.version) == ["1", "2", "3", "1", "3"])
    #expect(repair(["V2__a.sql"], rows, [IgnorePattern(.any, .any)]).actions.isEmpty)
    #expect(repair(["V2__a.sql"], plan.history).actions.isEmpty)
  }

  @Test("a changed file's checksum and description are recorded, the path is not")
  func aligned() {
    let plan = repair(["sub/V1__b.sql"], [.sql(1, "1", checksum: 9)])
    #expect(plan.history.map(\.description) == ["b"])
    #expect(plan.history.map(\.checksum) == [raw])
    #expect(plan.history.map(\.script) == ["V1__a.sql"])
  }

  @Test("a repeatable is aligned only where the raw checksum was recorded")
  func repeatables() {
    let replaced = try? Checksum.flyway(Array("1".utf8))
    #expect(repair(["R__a.sql"], [.sql(1, nil, checksum: raw)]).history.map(\.checksum) == [replaced])
    #expect(repair(["R__a.sql"], [.sql(1, nil, checksum: 9)]).actions.isEmpty)
  }
}
