internal import MigrationCore

/// What must hold for the lexer and the splitter, whatever the text: shared by the fuzzer and the tests.
enum LexerProperties {
  /// Small enough that short inputs reach them.
  static let limits = SQLLimits(bytes: 1 << 16, statements: 40, nesting: 12)

  /// Checks lexer and splitter on one input.
  static func check(_ bytes: [UInt8]) throws(Violation) {
    let tokens = Array(SQLLexer(bytes: bytes))
    try checkBorders(tokens, count: bytes.count)
    for token in tokens {
      try checkShape(token, in: bytes)
      try checkEnd(token, in: bytes)
    }
    try checkCut(tokens, of: bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    try SplitterProperties.check(text, limits: limits)
  }

  /// The tokens follow each other without gap or overlap, none is empty, and only the last can be cut off.
  private static func checkBorders(_ tokens: [SQLToken], count: Int) throws(Violation) {
    var end = 0
    for token in tokens {
      try Violation.unless(token.range.lowerBound == end, "the token \(token) does not start at \(end)")
      try Violation.unless(!token.range.isEmpty, "the token \(token) is empty")
      try Violation.unless(token.isTerminated || token.range.upperBound == count, "\(token) is open before the end")
      end = token.range.upperBound
    }
    try Violation.unless(end == count, "the tokens end at \(end), the text at \(count)")
  }

  /// A closing quote is not doubled.
  private static func checkEnd(_ token: SQLToken, in bytes: [UInt8]) throws(Violation) {
    let quoted: Set<SQLToken.Kind> = [.string, .escapeString, .bitString, .quotedIdentifier]
    guard quoted.contains(token.kind), token.isTerminated, token.range.upperBound < bytes.count else { return }
    let last = bytes[token.range.upperBound - 1]
    try Violation.unless(bytes[token.range.upperBound] != last, "\(token) ends before a quote")
  }

  /// Reading again from a border, or up to one, gives the same tokens: no token depends on more than what follows it
  /// directly.
  private static func checkCut(_ tokens: [SQLToken], of bytes: [UInt8]) throws(Violation) {
    guard tokens.count > 1 else { return }
    let half = tokens.count / 2
    let border = tokens[half].range.lowerBound
    let rest = SQLLexer(bytes: Array(bytes[border...])).map { token in
      SQLToken(
        kind: token.kind, range: (token.range.lowerBound + border)..<(token.range.upperBound + border),
        isTerminated: token.isTerminated)
    }
    try Violation.unless(rest == Array(tokens[half...]), "from the border \(border) other tokens follow")
    let start = Array(SQLLexer(bytes: Array(bytes[..<border])))
    try Violation.unless(start == Array(tokens[..<half]), "up to the border \(border) other tokens stand")
  }
}

// MARK: Shapes

extension LexerProperties {
  private static func checkShape(_ token: SQLToken, in bytes: [UInt8]) throws(Violation) {
    let text = Array(bytes[token.range])
    try Violation.unless(hasShape(token, text), "\(token) is \(String(decoding: text, as: UTF8.self))")
  }

  private static func hasShape(_ token: SQLToken, _ text: [UInt8]) -> Bool {
    let first = text[0]
    return switch token.kind {
    case .whitespace: text.allSatisfy { $0 == 32 || (9...13).contains($0) }
    case .lineComment: text.starts(with: Array("--".utf8)) && !text.contains(10) && !text.contains(13)
    case .blockComment: isComment(text, isTerminated: token.isTerminated)
    case .word: !first.isASCIIDigit && text.allSatisfy(\.isNameByte)
    case .number: first.isASCIIDigit && text.allSatisfy { $0.isNameByte || "+-.".utf8.contains($0) }
    case .string: isQuoted(text, by: "'", after: ["", "n", "u&"], token)
    case .bitString: isQuoted(text, by: "'", after: ["b", "x"], token)
    case .quotedIdentifier: isQuoted(text, by: "\"", after: ["", "u&"], token)
    case .escapeString:
      text.count >= 2 && first | 32 == 101 && text[1] == 39
        && (!token.isTerminated || text.count > 2 && text.last == 39)
    case .dollarString: isDollarQuoted(text, isTerminated: token.isTerminated)
    case .parameter: first == 36 && text.count > 1 && text.dropFirst().allSatisfy(\.isASCIIDigit)
    case .semicolon: text == Array(";".utf8)
    case .openParenthesis: text == Array("(".utf8)
    case .closeParenthesis: text == Array(")".utf8)
    case .dot: text == Array(".".utf8)
    case .comma: text == Array(",".utf8)
    case .metaCommand: first == 92 && !text.contains(10) && !text.contains(13)
    case .other: text.count == 1 && first < 128 && !first.isNameByte || text == Array("$".utf8)
    }
  }

  /// Terminated means: as many closings as openings, and never before the end.
  private static func isComment(_ text: [UInt8], isTerminated: Bool) -> Bool {
    var depth = 0
    var index = 0
    while index < text.count {
      let pair = text[index..<min(index + 2, text.count)]
      if pair.elementsEqual("/*".utf8) {
        depth += 1
        index += 2
      } else if pair.elementsEqual("*/".utf8) {
        depth -= 1
        index += 2
        if depth == 0 { return isTerminated && index == text.count }
      } else {
        index += 1
      }
      if depth == 0 { return false }
    }
    return !isTerminated
  }

  /// Between the outer quotes every quote is doubled.
  private static func isQuoted(
    _ text: [UInt8], by quote: Unicode.Scalar, after starts: [String], _ token: SQLToken
  )
    -> Bool
  {
    let mark = UInt8(ascii: quote)
    guard let opening = text.firstIndex(of: mark) else { return false }
    guard starts.contains(String(decoding: text[..<opening], as: UTF8.self).lowercased()) else { return false }
    let quotes = text[opening...].split(separator: mark, omittingEmptySubsequences: false).count - 1
    guard token.isTerminated else { return quotes % 2 == 1 }
    return quotes % 2 == 0 && text.count >= opening + 2 && text.last == mark
  }

  private static func isDollarQuoted(_ text: [UInt8], isTerminated: Bool) -> Bool {
    guard text[0] == 36, let second = text.dropFirst().firstIndex(of: 36) else { return false }
    let tag = Array(text[...second])
    guard tag.dropFirst().dropLast().allSatisfy({ $0.isNameByte && $0 != 36 }) else { return false }
    let body = Array(text[(second + 1)...])
    guard isTerminated else { return !contains(body, tag) }
    return body.count >= tag.count && Array(body.suffix(tag.count)) == tag && !contains(Array(body.dropLast()), tag)
  }

  private static func contains(_ text: [UInt8], _ part: [UInt8]) -> Bool {
    guard text.count >= part.count else { return false }
    return (0...(text.count - part.count)).contains { text[$0..<($0 + part.count)].elementsEqual(part) }
  }
}

extension UInt8 {
  fileprivate var isASCIIDigit: Bool { (48...57).contains(self) }
  /// What a name may hold behind its first byte.
  fileprivate var isNameByte: Bool {
    isASCIIDigit || (65...90).contains(self) || (97...122).contains(self) || self == 95 || self == 36 || self >= 128
  }
}
