import MigrationCore
import MigrationLint
import Testing

@testable import Commands

@Suite("Reports of lint")
struct LintReportTests {
  private static let sql = "SET search_path = a;\n\tDROP TABLE \"\u{1B}é,:%<&\";\n"

  private static func report(_ sql: String = sql, path: String = "db/V1__drop é.sql") -> LintReport {
    let file = LintFile(path: path, bytes: Array(sql.utf8))
    let folder = LintFolder(path: "db", directory: "/db", files: [file])
    return LintReport([LintFolder.Report(folder: folder, result: Linter().run([file]))])
  }

  @Test("for people shows the line, a mark, and what to do; controls are escaped, colour is for terminals")
  func text() {
    let plain = LintText(terminal: Terminal(isTerminal: false, columns: 80, color: .auto, environment: [:]))
    let text = plain.text(Self.report())
    #expect(text.contains("db/V1__drop é.sql:1:1: error tx-session\n"))
    #expect(text.contains("  1 | SET search_path = a;\n    | ^~~~~~~~~~~~~~~~~~~\n"))
    #expect(text.contains("  2 |  DROP TABLE \"\\u{1b}é,:%<&\";\n"))
    #expect(text.contains("(--fix does it)"))
    #expect(!text.contains("\u{1B}"))
    let colored = LintText(terminal: Terminal(isTerminal: true, columns: 80, color: .always, environment: [:]))
    #expect(colored.text(Self.report()).contains("\u{1B}["))
    #expect(plain.text(Self.report("SELECT 1;")) == "1 file: nothing found\n")
  }

  @Test("for people shows of a long line only what lies around the place")
  func longLine() {
    let plain = LintText(terminal: Terminal(isTerminal: false, columns: 80, color: .auto, environment: [:]))
    let sql = "SELECT '\(String(repeating: "é", count: 10_000))'; DROP TABLE a; SELECT 1"
    let lines = plain.text(Self.report(sql)).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count < 250 })
    #expect(lines.contains { $0.contains("DROP TABLE a") })
  }

  @Test("as JSON counts lines and columns from 1, bytes from 0, and holds the edits")
  func json() {
    let value = LintJSON.value(Self.report())
    guard case .array(let findings)? = value["findings"], let first = findings.first else {
      Issue.record("no findings")
      return
    }
    #expect(first["start"] == ["line": 1, "column": 1, "byte": 0])
    #expect(first["end"] == ["line": 1, "column": 20, "byte": 19])
    #expect(first["edits"] == [["start": 3, "end": 3, "text": " LOCAL"]])
    #expect(value["errors"] == .integer(findings.count { $0["level"] == "error" }))
  }

  @Test("as SARIF has the rules that were used, encoded paths, and fixes")
  func sarif() {
    let text = LintSARIF.value(Self.report()).text
    #expect(text.contains("\"version\": \"2.1.0\""))
    #expect(text.contains("\"uri\": \"db/V1__drop%20%C3%A9.sql\""))
    #expect(text.contains("\"insertedContent\""))
    #expect(!text.contains("\"id\": \"cit-fk\""))
  }

  @Test("as commands of GitHub escapes what would end them")
  func github() {
    let lines = LintGitHub.text(Self.report("DROP TABLE \"%,:\";", path: "a,b:c%/V1__drop_a.sql")).split(
      separator: "\n")
    #expect(lines.count == 1)
    #expect(lines[0].hasPrefix("::error file=a%2Cb%3Ac%25/V1__drop_a.sql,line=1,endLine=1,col=1,title=safe-drop::"))
    #expect(lines[0].contains("`%25,:`"))
  }

  @Test("for GitLab has one fingerprint for each")
  func gitlab() {
    guard case .array(let entries) = LintGitLab.value(Self.report("DROP TABLE a;\nDROP TABLE a;")) else {
      Issue.record("no list")
      return
    }
    #expect(entries.count == 2)
    #expect(entries[0]["fingerprint"] != entries[1]["fingerprint"])
    #expect(entries[0]["severity"] == "critical")
  }

  @Test("as JUnit names each file once, and fails those that make the command fail")
  func junit() {
    let text = LintJUnit.text(Self.report(), failOn: .error)
    #expect(text.contains("tests=\"1\" failures=\"1\""))
    #expect(text.contains("%&lt;&amp;"))
    #expect(!text.contains("\u{1B}"))
    #expect(LintJUnit.text(Self.report(), failOn: .off).contains("failures=\"0\""))
  }
}
