internal import MigrationCore

/// A token that means something, with its text as PostgreSQL reads it.
struct Lexeme: Sendable {
  let kind: SQLToken.Kind
  /// Byte offsets in the file.
  let range: Range<Int>
  /// A word in lower case, a quoted name or plain literal without its quotes, a number or symbol as written; empty for
  /// others, and for literals of more than a kilobyte.
  let text: String

  /// Whether it is this unquoted word, given in lower case.
  func isWord(_ word: String) -> Bool { kind == .word && text == word }

  /// Whether it can name something.
  var isName: Bool { kind == .word || kind == .quotedIdentifier }

  func isSymbol(_ symbol: String) -> Bool { kind == .other && text == symbol }
}

/// Cuts a part of a script into lexemes.
enum Lexing {
  /// How many lexemes of one statement are looked at: a statement of 32 MiB would take a gigabyte.
  static let mostLexemes = 1 << 16
  private static let longestLiteral = 1 << 10

  static func lexemes(_ bytes: ArraySlice<UInt8>) -> [Lexeme] {
    let offset = bytes.startIndex
    let lexer = SQLLexer(bytes: Array(bytes))
    var result: [Lexeme] = []
    for token in lexer where !token.kind.isTrivia {
      guard result.count < mostLexemes else { break }
      let range = (token.range.lowerBound + offset)..<(token.range.upperBound + offset)
      result.append(Lexeme(kind: token.kind, range: range, text: text(token.kind, bytes[range])))
    }
    return result
  }

  private static func text(_ kind: SQLToken.Kind, _ bytes: ArraySlice<UInt8>) -> String {
    switch kind {
    case .word: String(decoding: bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }, as: UTF8.self)
    case .quotedIdentifier: unquoted(bytes, UInt8(ascii: "\""))
    case .string: bytes.count > longestLiteral ? "" : unquoted(bytes, UInt8(ascii: "'"))
    case .number, .other, .parameter: String(decoding: bytes, as: UTF8.self)
    case .dot: "."
    case .comma: ","
    case .openParenthesis: "("
    case .closeParenthesis: ")"
    case .semicolon: ";"
    default: ""
    }
  }

  private static func unquoted(_ bytes: ArraySlice<UInt8>, _ quote: UInt8) -> String {
    guard let open = bytes.firstIndex(of: quote) else { return "" }
    var result: [UInt8] = []
    var index = open + 1
    while index < bytes.endIndex - 1 {
      result.append(bytes[index])
      index += bytes[index] == quote ? 2 : 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// The name of an object and where it stands.
struct NamePlace: Sendable, Hashable {
  let name: ObjectName
  /// Byte offsets in the file.
  let range: Range<Int>
}

extension ObjectName {
  /// The name that a literal holds, as `'app.bets'` does; nil if it holds anything else.
  init?(literal: String) {
    let lexemes = Lexing.lexemes(Array(literal.utf8)[...])
    var cursor = TokenCursor(lexemes[...])
    guard let name = cursor.name(), cursor.isAtEnd else { return nil }
    self = name.name
  }
}

/// The name of a column and where it stands.
struct ColumnPlace: Sendable, Hashable {
  let name: String
  /// Byte offsets in the file.
  let range: Range<Int>
}

/// A part of a statement that computes something.
struct Expression: Sendable {
  let lexemes: ArraySlice<Lexeme>

  /// Byte offsets in the file.
  var range: Range<Int> {
    guard let first = lexemes.first, let last = lexemes.last else { return 0..<0 }
    return first.range.lowerBound..<last.range.upperBound
  }

  /// The names of functions that it calls, and keywords that are such (`current_timestamp`), in lower case.
  var calls: [String] {
    lexemes.indices.compactMap { index in
      let lexeme = lexemes[index]
      guard lexeme.isName else { return nil }
      if lexeme.kind == .word, FunctionVolatility.keywords.contains(lexeme.text) { return lexeme.text }
      let next = index + 1
      return next < lexemes.endIndex && lexemes[next].kind == .openParenthesis ? lexeme.text : nil
    }
  }

  /// The sequence that a `nextval('...')` in it draws from.
  var sequence: ObjectName? {
    guard let call = lexemes.firstIndex(where: { $0.isWord("nextval") }), call + 2 < lexemes.endIndex,
      lexemes[call + 2].kind == .string
    else { return nil }
    return ObjectName(literal: lexemes[call + 2].text)
  }

  /// Whether it names a column or variable of this name.
  func mentions(_ name: String) -> Bool {
    lexemes.contains { $0.isName && $0.text == name }
  }
}
