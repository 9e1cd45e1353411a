import MigrationCore
import Testing

@Suite("Baseline")
struct BaselinePlanTests {
  private func plan(
    _ history: [HistoryRow], _ table: HistoryTable = .present, version: String = "1"
  ) -> BaselinePlan {
    var settings = MigrationSettings()
    settings.baselineVersion = version
    return BaselinePlan.make(history: history, historyTable: table, settings: settings)
  }

  private func message(_ plan: BaselinePlan) -> String? {
    if case .refusal(let problem) = plan { problem.message } else { nil }
  }

  private func marker(_ version: String, _ description: String = "<< Flyway Baseline >>") -> HistoryRow {
    .sql(1, version, description, checksum: nil, type: "BASELINE")
  }

  @Test("without a history table one is made, filled schema or not", arguments: [true, false])
  func create(isEmpty: Bool) {
    guard case .create(let row) = plan([], .absent(schemasAreEmpty: isEmpty), version: "1_5") else {
      Issue.record("not created")
      return
    }
    #expect(row.version == "1.5" && row.type == "BASELINE" && row.checksum == nil && row.success)
    #expect(row.description == "<< Flyway Baseline >>" && row.script == row.description)
  }

  @Test("the same baseline again is no error, however the version is written; another one is")
  func again() {
    #expect(plan([marker("1")]) == .alreadyThere)
    #expect(plan([marker("1.0")]) == .alreadyThere)
    #expect(message(plan([marker("2")]))?.contains("version 2") == true)
    #expect(message(plan([marker("1", "other")])) != nil)
    #expect(plan([marker("1"), .sql(2, "2")]) == .alreadyThere)
  }

  @Test(
    "a table that is there stays as it is",
    arguments: [
      ([], "empty"), ([HistoryRow.sql(1, "1")], "migrations"),
      ([.sql(0, nil, "<< Flyway Schema Creation >>", type: "SCHEMA")], "migrations"),
    ] as [([HistoryRow], String)])
  func refused(history: [HistoryRow], reason: String) {
    #expect(message(plan(history))?.contains(reason) == true)
  }

  @Test("the version must be one, and 0 is taken where schemas were created")
  func versions() {
    #expect(message(plan([], .absent(schemasAreEmpty: true), version: "x"))?.contains("baselineVersion") == true)
    let schema = HistoryRow.sql(0, nil, "<< Flyway Schema Creation >>", type: "SCHEMA")
    #expect(message(plan([schema], version: "0"))?.contains("baseline 0") == true)
  }
}
