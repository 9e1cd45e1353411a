/// Text from outside, made harmless for a terminal and for whoever reads lines.
enum VisibleText {
  /// One line: control characters, and characters that break or turn lines, as escapes (`\n`, `\u{1b}`), a backslash as
  /// two, so that no value can fake a line or speak to a terminal.
  static func line(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      default: append(scalar, to: &result)
      }
    }
    return result
  }

  /// One line for a person: as `line`, but a backslash stays what it is.
  static func cell(_ text: some StringProtocol) -> String {
    guard !isPlain(text) else { return String(text) }
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  /// Several lines: line breaks stay, everything else as in `cell`.
  static func paragraph(_ text: some StringProtocol) -> String {
    guard !isPlain(text) else { return String(text) }
    return text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map { cell($0) }
      .joined(separator: "\n")
  }

  /// Whether all of it is printable ASCII, as most of what is shown: then nothing is to be done.
  private static func isPlain(_ text: some StringProtocol) -> Bool {
    text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    switch scalar {
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where isControl(scalar): result += "\\u{\(String(scalar.value, radix: 16))}"
    default: result.unicodeScalars.append(scalar)
    }
  }

  /// Control characters, and those that break or turn lines: separators, directional marks (a terminal obeys them too).
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    // Most of what is shown, and looking a category up takes long.
    if (" "..."~").contains(scalar) { return false }
    return switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: true
    default: false
    }
  }
}
