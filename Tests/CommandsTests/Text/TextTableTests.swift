@testable import Commands
import Testing

@Suite("Tables")
struct TextTableTests {
  @Test("a table looks like Flyway's")
  func look() {
    let table = TextTable(
      columns: ["Version", "State"], rows: [["1", "Success"], ["20251118200000", "Pending"]], emptyText: "")
    #expect(
      table.render() == """
        +----------------+---------+
        | Version        | State   |
        +----------------+---------+
        | 1              | Success |
        | 20251118200000 | Pending |
        +----------------+---------+

        """)
  }

  @Test("without rows it says so")
  func empty() {
    let table = TextTable(columns: ["Category", "Description"], rows: [], emptyText: "No migrations found")
    #expect(
      table.render() == """
        +----------+-------------+
        | Category | Description |
        +----------+-------------+
        | No migrations found    |
        +----------+-------------+

        """)
  }

  @Test(
    "columns stand below each other whatever is in them",
    arguments: ["plain", "日本語", "é", "e\u{301}", "👍🏽", "a\u{200B}b", "tab\there", "\u{1B}[31mred", "two\nlines", ""])
  func alignment(text: String) {
    let lines = TextTable(columns: ["A", "B"], rows: [[text, "x"], ["y", "z"]], emptyText: "").render()
      .split(separator: "\n")
    #expect(Set(lines.map { DisplayWidth.of($0) }).count == 1, "\(lines)")
    #expect(lines.allSatisfy { line in line.unicodeScalars.allSatisfy { !VisibleText.isControl($0) } })
  }

  @Test("colour does not move anything")
  func colour() {
    let table = TextTable(columns: ["A"], rows: [["x"]], emptyText: "")
    let painted = table.render { cell, _, _ in "\u{1B}[31m\(cell)\u{1B}[0m" }
    #expect(painted.contains("| \u{1B}[31mx\u{1B}[0m |"))
  }

  @Test(
    "a text is cut to the columns that are there",
    arguments: [("abcdef", 6, "abcdef"), ("abcdef", 4, "abc…"), ("日本語", 4, "日…"), ("日本語", 5, "日本…"), ("ab", 0, "")])
  func cutting(text: String, width: Int, expected: String) {
    #expect(DisplayWidth.cut(text, to: width) == expected)
    #expect(DisplayWidth.of(DisplayWidth.cut(text, to: width)) <= width)
  }
}
