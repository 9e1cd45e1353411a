/// The condition of `shouldExecute` in a script's `.conf`, which Flyway sells: `true`, `A==B`, `A!=B`, `&&`, `||`, `( )`.
///
/// Placeholders are replaced before; operands are compared letter by letter, blanks around them left out.
enum ScriptCondition {
  private static let deepest = 64

  /// The value; nil if the text is no condition.
  static func evaluate(_ text: String) -> Bool? {
    var reading = Reading(rest: Array(text.utf8)[...])
    guard let value = reading.anyOf(depth: 0), reading.rest.isEmpty else { return nil }
    return value
  }

  /// A reading by recursive descent, at most `deepest` parentheses deep.
  private struct Reading {
    var rest: ArraySlice<UInt8>

    mutating func anyOf(depth: Int) -> Bool? {
      guard var value = allOf(depth: depth) else { return nil }
      while take("||") {
        guard let next = allOf(depth: depth) else { return nil }
        value = value || next
      }
      return value
    }

    private mutating func allOf(depth: Int) -> Bool? {
      guard var value = comparison(depth: depth) else { return nil }
      while take("&&") {
        guard let next = comparison(depth: depth) else { return nil }
        value = value && next
      }
      return value
    }

    private mutating func comparison(depth: Int) -> Bool? {
      skipBlanks()
      if depth < ScriptCondition.deepest, take("(") {
        guard let value = anyOf(depth: depth + 1), take(")") else { return nil }
        skipBlanks()
        return value
      }
      let left = operand()
      if take("==") { return left == operand() }
      if take("!=") { return left != operand() }
      return switch left.lowercased() {
      case "true": true
      case "false": false
      default: nil
      }
    }

    /// Everything up to the next operator or parenthesis.
    private mutating func operand() -> String {
      var taken: [UInt8] = []
      while let byte = rest.first {
        let isEnd =
          byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
          || ["==", "!=", "&&", "||"].contains { rest.starts(with: $0.utf8) }
        if isEnd { break }
        taken.append(byte)
        rest = rest.dropFirst()
      }
      var trimmed = taken.drop { $0 <= 0x20 }
      while let last = trimmed.last, last <= 0x20 { trimmed.removeLast() }
      return String(decoding: trimmed, as: UTF8.self)
    }

    private mutating func take(_ mark: String) -> Bool {
      skipBlanks()
      guard rest.starts(with: mark.utf8) else { return false }
      rest = rest.dropFirst(mark.utf8.count)
      return true
    }

    private mutating func skipBlanks() {
      rest = rest.drop { $0 <= 0x20 }
    }
  }
}
