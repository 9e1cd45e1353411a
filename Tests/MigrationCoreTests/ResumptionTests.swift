import Testing

@testable import MigrationCore

@Suite("The journal in execution_time")
struct ResumptionTests {
  @Test(
    "a negative time says how many statements are done, and whether the next was under way",
    arguments: [(-1, 0, false), (-2, 0, true), (-3, 1, false), (-4, 1, true), (-9, 4, false), (-200_000, 99_999, true)])
  func reading(time: Int, done: Int, isUnderWay: Bool) throws {
    let resumption = try #require(Resumption(rank: 7, executionTime: time))
    #expect(resumption == Resumption(rank: 7, done: done, isUnderWay: isUnderWay))
    #expect(resumption.executionTime == time)
  }

  @Test("a time as Flyway writes it is no journal, and no journal is one of success", arguments: [0, 1, 4711])
  func none(time: Int) {
    #expect(Resumption(rank: 1, executionTime: time) == nil)
    #expect(HistoryRow.interrupted(1, "1", time: time).resumption == nil)
    var row = HistoryRow.interrupted(1, "1", time: -3)
    #expect(row.resumption == Resumption(rank: 1, done: 1, isUnderWay: false))
    row.success = true
    #expect(row.resumption == nil)
  }
}

extension HistoryRow {
  /// The row of a migration that began outside a transaction.
  static func interrupted(
    _ rank: Int, _ version: String?, _ description: String = "a", time: Int, checksum: Int32 = 0,
    type: HistoryType = .sql
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: version, description: description, type: type.rawValue,
      script: "V\(version ?? "")__\(description).sql", checksum: checksum, installedBy: "", installedOn: "",
      executionTime: time, success: false)
  }
}
