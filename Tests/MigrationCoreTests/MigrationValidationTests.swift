import MigrationCore
import Testing

@Suite("Validation")
struct MigrationValidationTests {
  private func problems(
    _ files: [(String, String)], _ history: [HistoryRow], _ patterns: [String] = ["*:future"],
    _ change: (inout MigrationSettings) -> Void = { _ in }
  ) throws -> [ValidationProblem] {
    var settings = MigrationSettings()
    change(&settings)
    let set = MigrationSet.resolve(files.map { ScriptFile(path: $0.0, bytes: Array($0.1.utf8)) }, settings: settings)
    let overview = MigrationOverview(set: set, history: history, settings: settings)
    return MigrationValidation.problems(of: overview, ignoring: try patterns.map { try IgnorePattern($0) })
  }

  @Test("a changed file shows both checksums, the file and what to do")
  func checksum() throws {
    let problem = try #require(problems([("V1__a.sql", "SELECT 1;")], [.sql(1, "1", checksum: 42)]).first)
    #expect(problem.code == .checksumMismatch)
    #expect(
      problem.message.contains("78787420") && problem.message.contains("42") && problem.message.contains("V1__a.sql"))
    #expect(problem.nextStep.contains("repair"))
    #expect(problem.version == "1")
  }

  @Test("a failed migration names its history row and the index that it may have left behind")
  func failedConcurrentIndex() throws {
    let files = [("V1__a.sql", "CREATE INDEX CONCURRENTLY app.by_day ON app.bets (day);")]
    let problem = try #require(problems(files, [.sql(1, "1", success: false)]).first)
    #expect(problem.code == .failedVersionedMigration)
    #expect(problem.nextStep.contains("DROP INDEX CONCURRENTLY IF EXISTS app.by_day"))
    #expect(problem.nextStep.contains("whimbrel repair"))
  }

  @Test(
    "each difference has Flyway's code",
    arguments: [
      (["V1__b.sql"], [HistoryRow.sql(1, "1")], [MigrationProblem.Code.descriptionMismatch]),
      (["V1__a.sql"], [], [.resolvedVersionedNotApplied]), (["R__a.sql"], [], [.resolvedRepeatableNotApplied]),
      (["V2__a.sql"], [.sql(1, "1"), .sql(2, "2")], [.appliedVersionedNotResolved]),
      ([], [.sql(1, nil, "r")], [.appliedRepeatableNotResolved]), ([], [.sql(1, "1")], []),
      (["V1__a.sql"], [.sql(1, "1", success: false)], [.failedVersionedMigration]),
      (["R__a.sql"], [.sql(1, nil, success: false)], [.failedRepeatableMigration]),
      (["V1__a.sql", "V2__a.sql"], [.sql(1, "2")], [.resolvedVersionedNotApplied]),
      (["R__a.sql"], [.sql(1, nil, checksum: 9)], [.outdatedRepeatable, .resolvedRepeatableNotApplied]),
      ([], [.sql(1, "2", checksum: nil, type: "BASELINE")], []),
      (["B1__a.sql"], [.sql(1, "1", checksum: 9, type: "SQL_BASELINE")], []),
      (["V1__a.sql"], [.sql(1, "1", checksum: nil)], []),
    ] as [([String], [HistoryRow], [MigrationProblem.Code])])
  func codes(files: [String], history: [HistoryRow], expected: [MigrationProblem.Code]) throws {
    #expect(try problems(files.map { ($0, "") }, history).map(\.code) == expected)
  }

  @Test("ignore patterns pass over exactly the states that they name")
  func patterns() throws {
    let files = [("V2__a.sql", "")]
    let rows: [HistoryRow] = [.sql(1, "1"), .sql(2, "2"), .sql(3, "3")]
    #expect(try problems(files, rows, ["*:missing", "*:future"]).isEmpty)
    #expect(try problems(files, rows, ["versioned:missing"]).map(\.version) == ["3"])
    #expect(try problems(files, rows, ["repeatable:missing", "*:future"]).map(\.version) == ["1"])
    #expect(
      try problems(files, [.sql(1, "1", success: false)], ["*:missing"]).map(\.code).first == .failedVersionedMigration)
    #expect(try problems(files, [.sql(1, "3", success: false)], ["*:future", "*:ignored"]).isEmpty)
    #expect(try problems(files, [.sql(1, "1", success: false)], ["*:*"]).isEmpty)
    #expect(try problems(files, [], ["*:pending"]).isEmpty)
  }
}
