import Testing

@testable import MigrationLint

@Suite("Files that are read side by side")
struct SideBySideTests {
  @Test("are found the same of as those that are read one after the other", arguments: [0, 300, 4 << 20])
  func same(ahead: Int) async throws {
    var files: [LintFile] = []
    for number in 1...40 {
      let statements = [
        "CREATE TABLE t\(number) (id int, note varchar(10));",
        "ALTER TABLE t\(max(1, number - 1)) ADD COLUMN c\(number) int NOT NULL;",
        "-- whimbrel-ignore lock-index: known\nCREATE INDEX i\(number) ON t\(max(1, number - 3)) (id);",
        String(repeating: "SELECT 1;\n", count: number % 7 * 20), "DROP TABLE nowhere",
      ]
      files.append(
        LintFile(
          path: number == 20 ? "no convention.sql" : "V\(number)__step_\(number).sql",
          bytes: Array(statements.joined(separator: "\n").utf8), isReported: number % 5 != 0))
    }
    files.append(LintFile(path: "U3__undo.sql", bytes: Array("DROP TABLE t3; DROP TABLE t40".utf8)))
    files.append(LintFile(path: "V41__broken.sql", bytes: [0x27, 0xFF]))
    let expected = Linter().run(files.reversed(), removed: ["V0__gone.sql"])
    let result = await Linter().runSideBySide(files, removed: ["V0__gone.sql"], ahead: ahead)
    #expect(expected.findings.count > 90)
    #expect(result.findings == expected.findings)
    #expect(result.files == 34 && result.files == expected.files)
    #expect(result.ignored > 10 && result.ignored == expected.ignored)
  }

  @Test(
    "are read ahead up to so many bytes and files, and one file always",
    arguments: [
      ([], []), ([5], [0..<1]), ([50], [0..<1]), ([4, 4, 4], [0..<2, 2..<3]), ([50, 1, 50], [0..<1, 1..<2, 2..<3]),
      ([0, 10, 0, 1], [0..<3, 3..<4]), (Array(repeating: 0, count: 40), [0..<32, 32..<40]),
    ] as [([Int], [Range<Int>])])
  func parts(sizes: [Int], parts: [Range<Int>]) {
    #expect(Linter.parts(of: sizes, 10) == parts)
  }
}
