import MigrationCore
import MigrationLint
import Testing

@Suite("whimbrel beside squawk")
struct ComparisonTests {
  @Test("the cases are many, each with a title, and their problems are of known classes")
  func cases() throws {
    let comparison = try Comparison()
    #expect(comparison.cases.count >= 100)
    #expect(comparison.cases.filter(\.problems.isEmpty).count >= 20)
    for one in comparison.cases {
      #expect(!one.title.isEmpty && !one.files.isEmpty, "\(one.name)")
      for problem in one.problems { #expect(comparison.classes[problem.kind] != nil, "\(one.name): \(problem.kind)") }
    }
  }

  @Test("whimbrel finds what is recorded: each problem, and nothing where there is none")
  func findings() throws {
    let comparison = try Comparison()
    for one in comparison.cases {
      var settings = LintSettings()
      settings.tenantColumn = one.tenant
      let found = Linting.run(one.files, settings: settings).findings.map { ($0.path, $0.start.line, $0.rule) }
      let recorded = comparison.recorded["whimbrel"]?[one.name] ?? []
      #expect(Self.lines(found) == Self.lines(recorded), "\(one.name)")
      for problem in one.problems {
        #expect(!comparison.rules(of: "whimbrel", problem, in: found).isEmpty, "\(one.name): \(problem.text)")
      }
      let elsewhere = found.filter { finding in !one.problems.contains { comparison.isAt(finding, $0) } }
      #expect(elsewhere.map(\.2).filter { $0 != "style-types" } == [], "\(one.name)")
    }
  }

  @Test("the page says of each problem who finds it")
  func page() throws {
    let comparison = try Comparison()
    for one in comparison.cases {
      for problem in one.problems {
        let cells = ["whimbrel", "squawk"].map { tool in
          let rules = comparison.rules(of: tool, problem, in: comparison.recorded[tool]?[one.name] ?? [])
          return rules.isEmpty ? "-" : rules.map { "`\($0)`" }.joined(separator: ", ")
        }
        #expect(comparison.page.contains("| `\(one.name)` | \(problem.text) | \(cells[0]) | \(cells[1]) |\n"))
      }
      if one.problems.isEmpty { #expect(comparison.page.contains("| `\(one.name)` | clean |")) }
    }
  }

  private static func lines(_ found: [Comparison.Found]) -> [String] {
    found.map { "\($0.file):\($0.line) \($0.rule)" }.sorted()
  }
}
