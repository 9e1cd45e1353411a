import MigrationCore
import MigrationLint
import Testing

@Suite("Comments that ignore findings")
struct CommentTests {
  private static func found(_ sql: String, today: String = "2026-06-01") -> [String] {
    var settings = LintSettings()
    settings.today = today
    return Linting.run([("V1__add_example.sql", sql)], settings: settings).findings.map {
      "\($0.start.line) \($0.rule)"
    }
  }

  @Test(
    "stand before a statement, inside it, behind it, or hold for the file",
    arguments: [
      "-- whimbrel-ignore safe-drop: it is empty\nDROP TABLE a;",
      "DROP TABLE -- whimbrel-ignore safe-drop: it is empty\n a;",
      "DROP TABLE a; -- whimbrel-ignore safe-drop: it is empty\n",
      "SELECT 1;\n-- whimbrel-ignore-file safe-drop: empty\nDROP TABLE a;",
      "-- whimbrel-ignore lock-index, safe-drop until=2026-06-01: it is empty\nDROP TABLE a;",
      "-- approve: it is empty\nDROP TABLE a;",
      "SELECT 1; -- whimbrel-ignore-file safe-drop: empty\nDROP TABLE a;\nDROP SCHEMA b;",
    ])
  func ignores(sql: String) {
    #expect(Self.found(sql) == [])
  }

  @Test(
    "ignore nothing without a reason, for a rule that is not there, or when their day has come",
    arguments: [
      "-- whimbrel-ignore safe-drop\nDROP TABLE a;", "-- whimbrel-ignore safe-drop:\nDROP TABLE a;",
      "-- whimbrel-ignore safedrop: x y\nDROP TABLE a;", "-- whimbrel-ignore: x y\nDROP TABLE a;",
      "-- whimbrel-ignore safe-drop until=2026-05-31: x y\nDROP TABLE a;",
      "-- whimbrel-ignore safe-drop until=soon: x y\nDROP TABLE a;", "-- approve:\nDROP TABLE a;",
    ])
  func faults(sql: String) {
    #expect(Self.found(sql) == ["1 ignore-comment", "2 safe-drop"])
  }

  @Test("hold for their statement alone, and say so when they are of no use")
  func scope() {
    #expect(Self.found("-- whimbrel-ignore safe-drop: x y\nDROP TABLE a;\nDROP SCHEMA b;") == ["3 safe-drop"])
    #expect(Self.found("-- whimbrel-ignore safe-drop: x y\nSELECT 1;") == ["1 ignore-comment"])
    #expect(Self.found("SELECT '-- x whimbrel-ignore';\n-- see whimbrel-ignore\nSELECT 1;") == [])
  }
}
