/// The tokens of one statement that mean something, over the bytes of its script.
struct StatementSource {
  let bytes: [UInt8]
  let tokens: [SQLToken]
  /// Which tokens are words outside parentheses, ascending; keywords are looked for there alone.
  private let topWords: [Int]

  init(bytes: [UInt8], tokens: [SQLToken], topWords: [Int] = []) {
    self.bytes = bytes
    self.tokens = tokens
    self.topWords = topWords
  }

  /// Whether a token is this keyword (given in upper case ASCII); quoted names never are.
  func isWord(_ token: SQLToken, _ keyword: StaticString) -> Bool {
    guard token.kind == .word, token.range.count == keyword.utf8CodeUnitCount else { return false }
    return keyword.withUTF8Buffer { wanted in
      for index in 0..<wanted.count {
        let byte = bytes[token.range.lowerBound + index]
        let upper = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") ? byte & 0xDF : byte
        if upper != wanted[index] { return false }
      }
      return true
    }
  }

  /// Whether the token at an index is this keyword; false behind the end.
  func isWord(at index: Int, _ keyword: StaticString) -> Bool {
    index < tokens.count && isWord(tokens[index], keyword)
  }

  /// Whether the statement begins with these keywords.
  func startsWith(_ keywords: StaticString...) -> Bool {
    keywords.enumerated().allSatisfy { isWord(at: $0.offset, $0.element) }
  }

  /// Where a keyword stands first outside parentheses.
  func index(of keyword: StaticString, from start: Int = 0) -> Int? {
    topWords.first { $0 >= start && isWord(tokens[$0], keyword) }
  }

  /// Where a keyword stands first, in parentheses or not.
  func indexAtAnyDepth(of keyword: StaticString) -> Int? {
    tokens.firstIndex { isWord($0, keyword) }
  }

  /// Whether a keyword stands anywhere outside parentheses.
  func has(_ keyword: StaticString) -> Bool {
    index(of: keyword) != nil
  }

  /// Whether two keywords follow each other somewhere outside parentheses.
  func has(_ first: StaticString, _ second: StaticString) -> Bool {
    topWords.contains { isWord(tokens[$0], first) && isWord(at: $0 + 1, second) }
  }

  /// The text of a token as written.
  func text(_ token: SQLToken) -> String {
    String(decoding: bytes[token.range], as: UTF8.self)
  }

  /// The content of a token that is a plain string literal, quotes resolved; nil for all others.
  func literal(_ token: SQLToken) -> String? {
    guard token.kind == .string, bytes[token.range.lowerBound] == UInt8(ascii: "'") else { return nil }
    return unquoted(token.range, quote: UInt8(ascii: "'"))
  }

  /// The name that starts at an index, and the index behind it.
  func name(at index: Int) -> (name: ObjectName, next: Int)? {
    guard index < tokens.count, var last = part(tokens[index]) else { return nil }
    var schema: String?
    var next = index + 1
    while next + 1 < tokens.count, tokens[next].kind == .dot, let part = part(tokens[next + 1]) {
      schema = last
      last = part
      next += 2
    }
    return (ObjectName(schema: schema, name: last), next)
  }

  private func part(_ token: SQLToken) -> String? {
    switch token.kind {
    case .word:
      // PostgreSQL folds ASCII letters only in multi-byte encodings.
      let folded = bytes[token.range].map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
      return String(decoding: folded, as: UTF8.self)
    case .quotedIdentifier where bytes[token.range.lowerBound] == UInt8(ascii: "\""):
      return unquoted(token.range, quote: UInt8(ascii: "\""))
    default: return nil
    }
  }

  private func unquoted(_ range: Range<Int>, quote: UInt8) -> String {
    var result: [UInt8] = []
    var index = range.lowerBound + 1
    while index < range.upperBound - 1 {
      result.append(bytes[index])
      index += bytes[index] == quote ? 2 : 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
