import MigrationCore
import Testing

@Suite("History")
struct HistoryTests {
  @Test(
    "the advisory key is Flyway's",
    arguments: [
      ("public", "flyway_schema_history", 77_433_833_903_597 as Int64),
      ("app", "flyway_schema_history", 77_431_436_970_681),
    ])
  func lockKey(schema: String, table: String, key: Int64) {
    #expect(HistoryLockKey.key(schema: schema, table: table) == key)
  }

  @Test("long texts are shortened as Flyway does")
  func abbreviation() {
    let description = String(repeating: "a", count: 200)
    #expect(HistoryText.description(description) == description)
    #expect(HistoryText.description(description + "b") == String(repeating: "a", count: 197) + "...")
    let path = "abcdef" + String(repeating: "x", count: 994)
    #expect(HistoryText.script(path) == path)
    #expect(HistoryText.script(path + "yz") == "...def" + String(repeating: "x", count: 994))
    #expect(HistoryText.script(path + "yz").utf16.count == 1000)
    #expect(HistoryText.description(String(repeating: "😀", count: 101)) == String(repeating: "😀", count: 98) + "...")
  }

  @Test("ranks start at 1, at 0 for a schema marker, and go on from the highest")
  func ranks() {
    #expect(HistoryRow.nextInstalledRank(after: []) == 1)
    #expect(HistoryRow.nextInstalledRank(after: [], type: .schema) == 0)
    #expect(HistoryRow.nextInstalledRank(after: [.sql(7, "1"), .sql(3, "2")]) == 8)
  }

  @Test("the eighteen states have Flyway's names")
  func states() {
    #expect(MigrationState.allCases.count == 18)
    #expect(MigrationState.missingFailed.displayName == "Failed (Missing)")
    #expect(MigrationState.baselineIgnored.displayName == "Ignored (Baseline)")
    #expect(MigrationState.outOfOrder.rawValue == "OUT_OF_ORDER")
  }

  @Test("the column type is read as Flyway does")
  func types() {
    #expect(HistoryType(column: "SPRING_JDBC") == .jdbc)
    #expect(HistoryType(column: "SQL_BASELINE")?.isBaseline == true)
    #expect(HistoryType(column: "UNDO_SQL") == .undoSQL)
  }
}

extension HistoryRow {
  /// A row of a SQL migration.
  static func sql(
    _ rank: Int, _ version: String?, _ description: String = "a", checksum: Int32? = 0, type: String = "SQL",
    success: Bool = true
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: version, description: description, type: type,
      script: "V\(version ?? "")__\(description).sql",
      checksum: checksum, installedBy: "u", installedOn: "", executionTime: 1, success: success)
  }
}
