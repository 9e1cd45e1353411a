import FoundationEssentials
import Testing

@Suite("Shapes beside PostgreSQL's own parser")
struct DifferentialTests {
  private static let folder = Checkout.tests + "Differential/"

  @Test("statements are what libpg_query says that they are: kinds, names, columns, constraints, conditions")
  func summaries() throws {
    let statements = ShapeSummary.statements(of: try Checkout.text(Self.folder + "statements.sql"))
    let expected = try Checkout.text(Self.folder + "expected.tsv").split(separator: "\n").dropFirst().map(String.init)
    #expect(expected.count >= 200)
    #expect(statements.count == expected.count)
    for (statement, wanted) in zip(statements, expected) {
      #expect(statement.summary == wanted, "\(statement.text)")
    }
  }

  private struct Entry: Encodable {
    let file: String
    let text: String
    let summary: String
  }

  private static let corpusFolder = ProcessInfo.processInfo.environment["LINT_CORPUS"]

  /// For `Differential/summaries compare FOLDER/shapes.jsonl`.
  @Test("statements of a folder are written down, to be compared with pglast", .enabled(if: corpusFolder != nil))
  func corpus() throws {
    let folder = try #require(Self.corpusFolder)
    var lines = Data()
    for name in try Checkout.names(in: folder) where name.hasSuffix(".sql") {
      for statement in ShapeSummary.statements(of: try Checkout.text("\(folder)/\(name)")) {
        lines += try JSONEncoder().encode(Entry(file: name, text: statement.text, summary: statement.summary))
        lines += Data("\n".utf8)
      }
    }
    #expect(!lines.isEmpty)
    try lines.write(to: URL(filePath: "\(folder)/shapes.jsonl"))
  }
}
