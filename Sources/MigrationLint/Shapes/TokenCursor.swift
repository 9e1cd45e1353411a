internal import MigrationCore

/// Reads lexemes from left to right; reading over the end is harmless.
struct TokenCursor {
  let lexemes: ArraySlice<Lexeme>
  private(set) var index: Int

  init(_ lexemes: ArraySlice<Lexeme>) {
    self.lexemes = lexemes
    index = lexemes.startIndex
  }

  var isAtEnd: Bool { index >= lexemes.endIndex }
  var current: Lexeme? { isAtEnd ? nil : lexemes[index] }
  /// What is left.
  var rest: ArraySlice<Lexeme> { isAtEnd ? [] : lexemes[index...] }
  /// The byte behind the last lexeme that was read; where the text begins if none was.
  var offset: Int {
    index > lexemes.startIndex ? lexemes[index - 1].range.upperBound : (lexemes.first?.range.lowerBound ?? 0)
  }

  /// The unquoted word at a distance, in lower case.
  func word(_ distance: Int = 0) -> String? {
    let place = index + distance
    guard place < lexemes.endIndex, lexemes[place].kind == .word else { return nil }
    return lexemes[place].text
  }

  func kind(_ distance: Int = 0) -> SQLToken.Kind? {
    let place = index + distance
    return place < lexemes.endIndex ? lexemes[place].kind : nil
  }

  /// Whether these words follow.
  func isNext(_ words: String...) -> Bool {
    words.indices.allSatisfy { word($0) == words[$0] }
  }

  /// Whether one of these words follows.
  func isAny(_ words: Set<String>) -> Bool { word().map(words.contains) ?? false }

  mutating func advance(_ count: Int = 1) { index = min(index + count, lexemes.endIndex) }

  /// Reads words if all of them follow.
  mutating func take(_ words: String...) -> Bool {
    guard words.indices.allSatisfy({ word($0) == words[$0] }) else { return false }
    advance(words.count)
    return true
  }

  /// Reads one of the words, if it follows.
  mutating func takeAny(_ words: Set<String>) -> String? {
    guard let word = word(), words.contains(word) else { return nil }
    advance()
    return word
  }

  mutating func take(_ kind: SQLToken.Kind) -> Bool {
    guard self.kind() == kind else { return false }
    advance()
    return true
  }

  mutating func takeSymbol(_ symbol: String) -> Bool {
    guard current?.isSymbol(symbol) == true else { return false }
    advance()
    return true
  }

  /// Reads `IF EXISTS`.
  mutating func ifExists() -> Bool { take("if", "exists") }

  /// Reads `IF NOT EXISTS`.
  mutating func ifNotExists() -> Bool { take("if", "not", "exists") }

  /// Reads one name without dots.
  mutating func identifier() -> ColumnPlace? {
    guard let lexeme = current, lexeme.isName else { return nil }
    advance()
    return ColumnPlace(name: lexeme.text, range: lexeme.range)
  }

  /// Reads `name`, `schema.name` or more parts.
  mutating func name() -> NamePlace? {
    guard let first = identifier() else { return nil }
    var schema: String?
    var last = first.name
    var end = first.range.upperBound
    while kind() == .dot, index + 1 < lexemes.endIndex, lexemes[index + 1].isName {
      schema = last
      last = lexemes[index + 1].text
      end = lexemes[index + 1].range.upperBound
      advance(2)
    }
    return NamePlace(name: ObjectName(schema: schema, name: last), range: first.range.lowerBound..<end)
  }

  /// Reads names with commas between them.
  mutating func names() -> [NamePlace] {
    var result: [NamePlace] = []
    repeat {
      _ = take("only")
      guard let name = name() else { break }
      result.append(name)
      _ = takeSymbol("*")
    } while take(.comma)
    return result
  }

  /// Reads from an opening parenthesis to its closing one, and gives what lies between them.
  mutating func parenthesised() -> ArraySlice<Lexeme>? {
    guard kind() == .openParenthesis else { return nil }
    let start = index + 1
    var depth = 0
    while index < lexemes.endIndex {
      switch lexemes[index].kind {
      case .openParenthesis: depth += 1
      case .closeParenthesis: depth -= 1
      default: break
      }
      index += 1
      if depth == 0 { return lexemes[start..<(index - 1)] }
    }
    return start <= lexemes.endIndex ? lexemes[start..<lexemes.endIndex] : []
  }

  /// Reads up to one of these words, or a comma where wanted, outside parentheses.
  mutating func upTo(_ words: Set<String>, orComma: Bool = false) -> ArraySlice<Lexeme> {
    let start = index
    while let lexeme = current {
      if lexeme.kind == .openParenthesis {
        _ = parenthesised()
        continue
      }
      if lexeme.kind == .word, words.contains(lexeme.text) { break }
      if orComma, lexeme.kind == .comma { break }
      advance()
    }
    return lexemes[start..<index]
  }
}

extension ArraySlice<Lexeme> {
  /// The parts between commas outside parentheses and brackets.
  func parts() -> [ArraySlice<Lexeme>] {
    var result: [ArraySlice<Lexeme>] = []
    var depth = 0
    var start = startIndex
    for index in indices {
      switch self[index].kind {
      case .openParenthesis: depth += 1
      case .closeParenthesis: depth -= 1
      case .other where self[index].text == "[": depth += 1
      case .other where self[index].text == "]": depth -= 1
      case .comma where depth == 0:
        result.append(self[start..<index])
        start = index + 1
      default: break
      }
    }
    if start < endIndex { result.append(self[start...]) }
    return result
  }

  /// Byte offsets in the file.
  var byteRange: Range<Int> { Expression(lexemes: self).range }

  /// Whether an unquoted word stands anywhere in it.
  func has(_ word: String) -> Bool { contains { $0.isWord(word) } }

  /// The names that begin the parts between commas; calls and other expressions are left out.
  func columns() -> [ColumnPlace] {
    parts().compactMap { part in
      guard let first = part.first, first.isName, part.dropFirst().first?.kind != .openParenthesis else { return nil }
      return ColumnPlace(name: first.text, range: first.range)
    }
  }
}
