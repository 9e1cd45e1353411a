/// The syntax of Flyway's `.conf` files: Java's properties (`java.util.Properties.load`) after Flyway's own preparation
/// (`ConfigUtils.loadConfigurationFromString`).
///
/// The preparation makes every backslash a plain character, so that Windows paths need no escape and none of Java's
/// escapes (`\n`, `\u0041`) means anything. Only one at a line's end joins the line with the next one, unless that is
/// empty or a setting of its own (`flyway.x=...`).
package enum JavaProperties {
  /// How many bytes one file may have.
  package static let longest = 1 << 20

  /// The settings in the order of the text; where a key stands twice, the last one counts.
  ///
  /// `line` is where a setting starts, from 1. A line without separator is a key with an empty value.
  ///
  /// - Throws: `.invalidSetting` for more than `longest` bytes.
  package static func parse(_ text: String) throws(MigrationError) -> [(key: String, value: String, line: Int)] {
    guard text.utf8.count <= longest else {
      throw MigrationError(
        .invalidSetting, "The file has more than \(longest) bytes.", nextStep: "Keep only settings in it.")
    }
    let lines = lines(of: Array(text.utf8))
    var result: [(key: String, value: String, line: Int)] = []
    var index = 0
    while index < lines.count {
      let start = index
      var logical = trimmed(lines[index])
      index += 1
      guard let first = logical.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "!") else { continue }
      while logical.last == backslash, index < lines.count, continues(with: lines[index]) {
        logical.removeLast()
        logical += trimmed(lines[index])
        index += 1
      }
      let (key, value) = cut(logical)
      result.append((key, value, start + 1))
    }
    return result
  }

  /// The comments, lines that begin with `#` or `!`, without these marks; a line that another one goes on in is none.
  static func comments(_ text: String) -> [(text: Substring, line: Int)] {
    let lines = lines(of: Array(text.utf8))
    var found: [(text: Substring, line: Int)] = []
    var index = 0
    while index < lines.count {
      var logical = trimmed(lines[index])
      index += 1
      if let first = logical.first, first == UInt8(ascii: "#") || first == UInt8(ascii: "!") {
        let marks = logical.drop { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: "!") }
        found.append((Substring(String(decoding: marks, as: UTF8.self)), index))
        continue
      }
      while logical.last == backslash, index < lines.count, continues(with: lines[index]) {
        logical = trimmed(lines[index])
        index += 1
      }
    }
    return found
  }

  private static let backslash = UInt8(ascii: "\\")

  /// Lines without their ends: LF, CR LF or a lone CR.
  private static func lines(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D {
      if byte == 0x0A, index > 0, bytes[index - 1] == 0x0D {
        start = index + 1
        continue
      }
      lines.append(bytes[start..<index])
      start = index + 1
    }
    lines.append(bytes[start...])
    return lines
  }

  /// Whether a line that ends in a backslash goes on in this one.
  private static func continues(with line: ArraySlice<UInt8>) -> Bool {
    let text = trimmed(line)
    guard !line.isEmpty else { return false }
    guard text.starts(with: "flyway.".utf8), text.contains(UInt8(ascii: "=")) else { return true }
    // `flyway.x == y` goes on with a condition, `flyway.x=y` is the next setting.
    let pairs = zip(text, text.dropFirst())
    return pairs.contains { ($0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "!")) && $1 == UInt8(ascii: "=") }
  }

  /// As Java's `trim`: everything up to U+0020 goes.
  private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var rest = line.drop { $0 <= 0x20 }
    while let last = rest.last, last <= 0x20 { rest.removeLast() }
    return Array(rest)
  }

  /// The key up to the first `=`, `:` or blank, and the value behind blanks and at most one separator.
  private static func cut(_ line: [UInt8]) -> (String, String) {
    let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0C }
    let isSeparator: (UInt8) -> Bool = { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
    let key = line.prefix { !isBlank($0) && !isSeparator($0) }
    var rest = line[key.endIndex...].drop(while: isBlank)
    if let separator = rest.first, isSeparator(separator) { rest = rest.dropFirst().drop(while: isBlank) }
    return (String(decoding: key, as: UTF8.self), String(decoding: rest, as: UTF8.self))
  }
}
