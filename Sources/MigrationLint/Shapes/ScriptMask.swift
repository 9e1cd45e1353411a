/// Placeholders of Flyway, made into names of the same length, so that a script can be read before they have values.
///
/// `${tenant}` becomes U+E000 and `tenant`: three bytes for the mark and the braces, and a name to PostgreSQL's scanner.
enum ScriptMask {
  private static let mark: Character = "\u{E000}"
  private static let markBytes: [UInt8] = [0xEE, 0x80, 0x80]

  /// Whether a name holds a placeholder, so that nothing is known about it.
  static func isPlaceholder(_ name: String) -> Bool { name.contains(mark) }

  /// A name as the script's author knows it.
  static func shown(_ name: String) -> String {
    isPlaceholder(name) ? String(name.map { $0 == mark ? "$" : $0 }) : name
  }

  /// The bytes with placeholders masked and a byte order mark blanked; as many as before.
  static func apply(to bytes: [UInt8], prefix: String = "${", suffix: String = "}") -> [UInt8] {
    var result = bytes
    if result.starts(with: [0xEF, 0xBB, 0xBF]) { result.replaceSubrange(0..<3, with: Array("   ".utf8)) }
    guard prefix == "${", suffix == "}" else { return masked(result, Array(prefix.utf8), Array(suffix.utf8)) }
    var index = 0
    while index + 1 < result.count {
      guard result[index] == UInt8(ascii: "$") else {
        index += 1
        continue
      }
      // As Flyway: in `$${x}` nothing is replaced.
      guard result[index + 1] == UInt8(ascii: "{") else {
        index += 2
        continue
      }
      guard let close = closing(result, from: index + 2) else {
        index += 2
        continue
      }
      result.replaceSubrange(index..<(index + 2), with: markBytes.prefix(2))
      for place in (index + 2)..<close { result[place + 1] = namePart(bytes[place]) }
      result[index + 2] = markBytes[2]
      index = close + 1
    }
    return result
  }

  /// Placeholders of another form: only their bytes are made name parts, which keeps the length.
  private static func masked(_ bytes: [UInt8], _ prefix: [UInt8], _ suffix: [UInt8]) -> [UInt8] {
    var result = bytes
    var index = 0
    guard let first = prefix.first, let last = suffix.first, prefix.count + suffix.count >= 3 else { return bytes }
    while index + prefix.count <= bytes.count {
      guard bytes[index] == first, bytes[index..<(index + prefix.count)].elementsEqual(prefix),
        let close = bytes[(index + prefix.count)...].prefix(longest).firstIndex(of: last),
        bytes[close...].starts(with: suffix)
      else {
        index += 1
        continue
      }
      let end = close + suffix.count
      let name = bytes[(index + prefix.count)..<close].map(namePart)
      let filler = [UInt8](repeating: UInt8(ascii: "_"), count: end - index - 3 - name.count)
      result.replaceSubrange(index..<end, with: markBytes + name + filler)
      index = end
    }
    return result
  }

  private static let longest = 200

  private static func closing(_ bytes: [UInt8], from start: Int) -> Int? {
    let end = min(bytes.count, start + longest)
    for index in start..<max(start, end) {
      if bytes[index] == UInt8(ascii: "}") { return index }
      if bytes[index] == 0x0A || bytes[index] == 0x0D { return nil }
    }
    return nil
  }

  private static func namePart(_ byte: UInt8) -> UInt8 {
    let isLetter = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) && byte < 0x80
    let isKept = isLetter || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    return isKept ? byte | (isLetter ? 0x20 : 0) : UInt8(ascii: "_")
  }
}
