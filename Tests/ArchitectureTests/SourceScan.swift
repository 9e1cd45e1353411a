/// Rules on the text of one file: each returns the offending lines (1-based), and is tested on small strings.
enum SourceScan {
  struct Import: Equatable {
    let line: Int
    /// `internal`, `package`, `public` or nothing.
    let access: String
    let module: String
    var isTestable = false
  }

  /// The imports of a file.
  static func imports(_ text: String) -> [Import] {
    let pattern =
      /^\s*((?:@\w+(?:\([^)]*\))?\s+)*)(?:(internal|package|public|private|fileprivate)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|let|var|typealias)\s+)?(\w+)/
    return numbered(text).compactMap { number, line in
      guard let match = line.firstMatch(of: pattern) else { return nil }
      return Import(
        line: number, access: match.2.map(String.init) ?? "", module: String(match.3),
        isTestable: match.1.contains("@testable"))
    }
  }

  /// Lines that start a task outside a task group.
  static func unstructuredTasks(_ text: String) -> [Int] {
    let pattern =
      /(^|[^A-Za-z0-9_.])Task(<[^{}=]*>)?(\.(detached|init|immediate|immediateDetached))?\s*(\([^()]*\)\s*\{|\{|\()/
    return numbered(text).filter { withoutComment($1).contains(pattern) }.map(\.0)
  }

  /// Lines that switch the checks of concurrency off and have no comment above that says why that is right.
  static func unexplainedUnsafety(_ text: String) -> [Int] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let marks = ["@unchecked Sendable", "nonisolated(unsafe)", "@preconcurrency"]
    return lines.indices.filter { index in
      guard marks.contains(where: withoutComment(lines[index]).contains) else { return false }
      var above = index - 1
      // One comment may speak for several such lines in a row.
      while above >= 0, marks.contains(where: lines[above].contains) { above -= 1 }
      return above < 0 || !trimmed(lines[above]).hasPrefix("//")
    }.map { $0 + 1 }
  }

  /// `package` declarations without a documentation comment.
  ///
  /// Stored properties may go without: the type says what they are, and those of the resource are described in its
  /// schema. So may what a protocol of the standard library defines.
  static func undocumentedDeclarations(_ text: String) -> [Int] {
    let pattern =
      /^\s*(?:@\w+(?:\([^)]*\))?\s+)*package\s+(?:(?:(?:private|internal|fileprivate)\(set\)|static|final|mutating|nonisolated|consuming|borrowing|convenience|required|override|indirect|lazy)\s+)*(struct|class|enum|actor|protocol|func|var|let|init|subscript|typealias)\b(.*)/
    let known =
      /^(init\(from decoder: any Decoder\)|func encode\(to encoder: any Encoder\)|func (<|==) ?\(|typealias (Element|Failure|Instant|AsyncIterator)\b|var (description|debugDescription): String)/
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.filter { index in
      guard let match = lines[index].firstMatch(of: pattern) else { return false }
      let declaration = String(match.1 + match.2)
      if match.1 == "let" || match.1 == "var" && !isComputed(match.2) { return false }
      guard !declaration.contains(known) else { return false }
      var above = index - 1
      while above >= 0, trimmed(lines[above]).hasPrefix("@") || trimmed(lines[above]).hasPrefix("#if") { above -= 1 }
      return above < 0 || !trimmed(lines[above]).hasPrefix("///")
    }.map { $0 + 1 }
  }

  /// Lines that name a place on somebody's machine.
  static func absolutePaths(_ text: String) -> [Int] {
    let pattern = /(^|[^A-Za-z0-9_.~}\-])\/(home|root|Users|work)\/[A-Za-z0-9_.]/
    return numbered(text).filter { $1.contains(pattern) }.map(\.0)
  }

  // MARK: Lines

  private static func isComputed(_ rest: Substring) -> Bool {
    guard let brace = rest.firstIndex(of: "{") else { return false }
    return !rest[..<brace].contains("=")
  }

  private static func numbered(_ text: String) -> [(Int, Substring)] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0 + 1, $1) }
  }

  private static func withoutComment(_ line: Substring) -> Substring {
    guard let start = line.firstRange(of: "//"),
      start.lowerBound == line.startIndex || !line[..<start.lowerBound].hasSuffix(":")
    else { return line }
    return line[..<start.lowerBound]
  }

  private static func trimmed(_ line: Substring) -> Substring {
    line.drop { $0 == " " }
  }
}
