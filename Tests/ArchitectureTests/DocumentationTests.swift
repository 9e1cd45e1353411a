import FoundationEssentials
import Testing

@Suite("The documentation")
struct DocumentationTests {
  @Test("on security names only tests that there are")
  func securityTests() throws {
    let root = SourceTree.shared.root
    let text = String(decoding: try Data(contentsOf: URL(filePath: "\(root)/docs/security.md")), as: UTF8.self)
    let words = text.split { !($0.isLetter || $0.isNumber) }
    let named = Set(words.filter { $0.hasSuffix("Tests") })
    #expect(named.count > 5)
    let files = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/Tests")
    let known = Set(files.compactMap { path in path.split(separator: "/").last?.split(separator: ".").first })
      .union(files.compactMap { $0.split(separator: "/").first })
    #expect(named.subtracting(known) == [])
  }
}
