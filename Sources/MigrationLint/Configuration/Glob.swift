/// Patterns of names and paths: `*` stands for any text but `/`, `**` for any text, `?` for one character but `/`.
enum Glob {
  /// Whether a whole text matches, in a time that is the product of both lengths at most.
  static func matches(_ pattern: String, _ text: String) -> Bool {
    let pieces = pieces(pattern)
    let bytes = Array(text.utf8)
    // The places up to which the pieces so far can have matched.
    var reached = [Bool](repeating: false, count: bytes.count + 1)
    reached[0] = true
    for piece in pieces {
      var next = [Bool](repeating: false, count: bytes.count + 1)
      for place in 0...bytes.count {
        switch piece {
        case .byte(let byte): if place > 0, reached[place - 1], bytes[place - 1] == byte { next[place] = true }
        case .one: if place > 0, reached[place - 1], bytes[place - 1] != UInt8(ascii: "/") { next[place] = true }
        case .any(let crossing):
          let grows = place > 0 && next[place - 1] && (crossing || bytes[place - 1] != UInt8(ascii: "/"))
          if reached[place] || grows { next[place] = true }
        }
      }
      reached = next
    }
    return reached[bytes.count]
  }

  private enum Piece {
    case byte(UInt8)
    case one
    case any(crossing: Bool)
  }

  private static func pieces(_ pattern: String) -> [Piece] {
    var result: [Piece] = []
    let bytes = Array(pattern.utf8)
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "*"):
        let isDouble = index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "*")
        result.append(.any(crossing: isDouble))
        index += isDouble ? 2 : 1
        // `**/x` means `x` too.
        if isDouble, index < bytes.count, bytes[index] == UInt8(ascii: "/") { index += 1 }
      case UInt8(ascii: "?"):
        result.append(.one)
        index += 1
      default:
        result.append(.byte(bytes[index]))
        index += 1
      }
    }
    return result
  }
}
