/// Cuts SQL text into tokens without losing a byte: the tokens put together are the text again.
///
/// It follows PostgreSQL's scanner (`src/backend/parser/scan.l`) as far as the borders of tokens go, over UTF-8 bytes,
/// in one pass, without recursion, in constant memory beside the text. Any bytes are accepted.
package struct SQLLexer: Sequence, IteratorProtocol, Sendable {
  let bytes: [UInt8]
  private(set) var offset = 0
  private(set) var deepestComment = 0

  /// Prepares to read a text.
  package init(_ text: String) {
    self.init(bytes: Array(text.utf8))
  }

  /// Prepares to read bytes.
  package init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next token, nil at the end.
  package mutating func next() -> SQLToken? {
    let start = offset
    guard start < bytes.count else { return nil }
    let (kind, isTerminated) = scan(bytes[start])
    return SQLToken(kind: kind, range: start..<offset, isTerminated: isTerminated)
  }

  /// Goes on reading at another place, for text that is no SQL, such as COPY data.
  mutating func move(to offset: Int) {
    self.offset = offset
  }

  private mutating func scan(_ byte: UInt8) -> (SQLToken.Kind, Bool) {
    switch byte {
    case let byte where Self.isSpace(byte): (scanSpace(), true)
    case let byte where Self.isNameStart(byte): scanWord(byte)
    case let byte where Self.isDigit(byte): (scanNumber(), true)
    case UInt8(ascii: "'"): (.string, scanQuoted(UInt8(ascii: "'")))
    case UInt8(ascii: "\""): (.quotedIdentifier, scanQuoted(UInt8(ascii: "\"")))
    case UInt8(ascii: "$"): scanDollar()
    case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): (scanLine(.lineComment), true)
    case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): (.blockComment, scanBlockComment())
    case UInt8(ascii: "\\"): (scanLine(.metaCommand), true)
    default: (scanSingle(byte), true)
    }
  }

  private func peek(_ distance: Int) -> UInt8? {
    offset + distance < bytes.count ? bytes[offset + distance] : nil
  }
}

// MARK: Blanks, comments, single bytes

extension SQLLexer {
  private mutating func scanSpace() -> SQLToken.Kind {
    while offset < bytes.count, Self.isSpace(bytes[offset]) { offset += 1 }
    return .whitespace
  }

  private mutating func scanLine(_ kind: SQLToken.Kind) -> SQLToken.Kind {
    while offset < bytes.count, bytes[offset] != 0x0A, bytes[offset] != 0x0D { offset += 1 }
    return kind
  }

  private mutating func scanBlockComment() -> Bool {
    var depth = 0
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        depth += 1
        deepestComment = Swift.max(deepestComment, depth)
        offset += 2
      } else if bytes[offset] == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        depth -= 1
        offset += 2
        if depth == 0 { return true }
      } else {
        offset += 1
      }
    }
    return false
  }

  private mutating func scanSingle(_ byte: UInt8) -> SQLToken.Kind {
    offset += 1
    return switch byte {
    case UInt8(ascii: ";"): .semicolon
    case UInt8(ascii: "("): .openParenthesis
    case UInt8(ascii: ")"): .closeParenthesis
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: ","): .comma
    default: .other
    }
  }
}

// MARK: Words and numbers

extension SQLLexer {
  private mutating func scanWord(_ first: UInt8) -> (SQLToken.Kind, Bool) {
    let quote = UInt8(ascii: "'")
    switch first | 0x20 {
    case UInt8(ascii: "e") where peek(1) == quote:
      offset += 1
      return (.escapeString, scanEscapeString())
    case UInt8(ascii: "b") where peek(1) == quote, UInt8(ascii: "x") where peek(1) == quote:
      offset += 1
      return (.bitString, scanQuoted(quote))
    case UInt8(ascii: "n") where peek(1) == quote:
      offset += 1
      return (.string, scanQuoted(quote))
    case UInt8(ascii: "u") where peek(1) == UInt8(ascii: "&") && peek(2) == quote:
      offset += 2
      return (.string, scanQuoted(quote))
    case UInt8(ascii: "u") where peek(1) == UInt8(ascii: "&") && peek(2) == UInt8(ascii: "\""):
      offset += 2
      return (.quotedIdentifier, scanQuoted(UInt8(ascii: "\"")))
    default:
      while offset < bytes.count, Self.isNamePart(bytes[offset]) { offset += 1 }
      return (.word, true)
    }
  }

  private mutating func scanNumber() -> SQLToken.Kind {
    while offset < bytes.count {
      let byte = bytes[offset]
      if Self.isDigit(byte) || Self.isNameStart(byte) {
        offset += 1
        let isExponent = byte | 0x20 == UInt8(ascii: "e")
        if isExponent, let sign = peek(0), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
          let digit = peek(1), Self.isDigit(digit)
        {
          offset += 2
        }
      } else if byte == UInt8(ascii: "."), let digit = peek(1), Self.isDigit(digit) {
        offset += 2
      } else {
        break
      }
    }
    return .number
  }
}

// MARK: Literals

extension SQLLexer {
  /// Reads from a quote to its closing one; a doubled quote stands for itself.
  private mutating func scanQuoted(_ quote: UInt8) -> Bool {
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == quote {
        guard peek(0) == quote else { return true }
        offset += 1
      }
    }
    return false
  }

  /// Reads an escape string, and those that continue it behind a line end.
  private mutating func scanEscapeString() -> Bool {
    let quote = UInt8(ascii: "'")
    offset += 1
    while offset < bytes.count {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\\") {
        offset = Swift.min(offset + 1, bytes.count)
      } else if byte == quote {
        if peek(0) == quote {
          offset += 1
        } else if let continuation = continuationOfString() {
          offset = continuation
        } else {
          return true
        }
      }
    }
    return false
  }

  /// The offset behind the quote that continues a string: between the two lie only blanks and line comments, with at
  /// least one line end.
  private func continuationOfString() -> Int? {
    var index = offset
    var hasLineEnd = false
    while index < bytes.count {
      switch bytes[index] {
      case 0x0A, 0x0D: hasLineEnd = true
      case let byte where Self.isSpace(byte): break
      case UInt8(ascii: "'"): return hasLineEnd ? index + 1 : nil
      case UInt8(ascii: "-") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "-"):
        while index + 1 < bytes.count, bytes[index + 1] != 0x0A, bytes[index + 1] != 0x0D { index += 1 }
      default: return nil
      }
      index += 1
    }
    return nil
  }

  private mutating func scanDollar() -> (SQLToken.Kind, Bool) {
    let start = offset
    var end = start + 1
    while end < bytes.count, Self.isTagPart(bytes[end]) { end += 1 }
    let startsWithDigit = end > start + 1 && Self.isDigit(bytes[start + 1])
    if end < bytes.count, bytes[end] == UInt8(ascii: "$"), !startsWithDigit {
      offset = end + 1
      return (.dollarString, scanDollarBody(tag: start..<(end + 1)))
    }
    offset = start + 1
    guard startsWithDigit else { return (.other, true) }
    while offset < bytes.count, Self.isDigit(bytes[offset]) { offset += 1 }
    return (.parameter, true)
  }

  private mutating func scanDollarBody(tag: Range<Int>) -> Bool {
    while offset < bytes.count {
      if bytes[offset] == UInt8(ascii: "$"), offset + tag.count <= bytes.count,
        bytes[offset..<(offset + tag.count)].elementsEqual(bytes[tag])
      {
        offset += tag.count
        return true
      }
      offset += 1
    }
    return false
  }
}

// MARK: Classes of bytes

extension SQLLexer {
  static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isNameStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80 || byte == UInt8(ascii: "_")
      || byte >= 0x80
  }

  private static func isTagPart(_ byte: UInt8) -> Bool {
    isNameStart(byte) || isDigit(byte)
  }

  private static func isNamePart(_ byte: UInt8) -> Bool {
    isTagPart(byte) || byte == UInt8(ascii: "$")
  }
}
