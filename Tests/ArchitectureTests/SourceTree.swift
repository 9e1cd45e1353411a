import FoundationEssentials
import Testing

/// The checkout that this test was compiled from.
struct SourceTree {
  struct File: Sendable, CustomTestStringConvertible {
    /// Relative to the checkout.
    let path: String
    let text: String

    var testDescription: String { path }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// The folder below `Sources`.
    var target: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  }

  let root: String

  static let shared = SourceTree()

  private init(from path: String = #filePath) {
    // Symbolic links are followed: a package that borrows these folders tests the checkout that they lie in.
    var folder = URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent()
    for _ in 0..<2 { folder = folder.deletingLastPathComponent() }
    root = folder.path(percentEncoded: false)
  }

  /// Every file with one of the suffixes below a folder of the checkout.
  func files(below folder: String, suffixes: [String] = [".swift"]) throws -> [File] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: root + "/" + folder).sorted()
    return try paths.filter { path in suffixes.contains { path.hasSuffix($0) } }.map { path in
      let data = try #require(FileManager.default.contents(atPath: "\(root)/\(folder)/\(path)"))
      return File(path: "\(folder)/\(path)", text: String(decoding: data, as: UTF8.self))
    }
  }
}
