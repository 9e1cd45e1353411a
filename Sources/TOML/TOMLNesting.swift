/// Refuses keys of more parts than anybody writes, before the parser sees them.
///
/// The parser bounds brackets, not the dots of keys, and a document that is nested hundreds of thousands of levels deep
/// exhausts the stack when it is freed. Dots in strings and comments do not count.
struct TOMLNesting {
  private enum Region {
    case plain
    case comment
    case string(quote: UInt8, isLong: Bool)
  }

  let limit: Int

  func check(_ bytes: [UInt8]) throws(TOMLError) {
    var region = Region.plain
    var (line, column, dots, index) = (1, 1, 0, 0)
    while index < bytes.count {
      let step = step(&region, bytes, index)
      if case .plain = region, bytes[index] == UInt8(ascii: ".") { dots += 1 }
      guard dots <= limit else {
        throw TOMLError(
          code: .limit, message: "more than \(limit) dots in one line", mark: TOMLMark(line: line, column: column))
      }
      if bytes[index] == UInt8(ascii: "\n") { (line, column, dots) = (line + 1, 0, 0) }
      column += step
      index += step
    }
  }

  /// Enters or leaves strings and comments; returns how many bytes that took.
  private func step(_ region: inout Region, _ bytes: [UInt8], _ index: Int) -> Int {
    let byte = bytes[index]
    switch region {
    case .plain:
      if byte == UInt8(ascii: "#") { region = .comment }
      guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else { return 1 }
      let run = run(of: byte, bytes, index)
      if run == 2 { return 2 }
      region = .string(quote: byte, isLong: run >= 3)
      return run >= 3 ? 3 : 1
    case .comment:
      if byte == UInt8(ascii: "\n") { region = .plain }
      return 1
    case .string(let quote, let isLong):
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") {
        return bytes[index...].dropFirst().first == UInt8(ascii: "\n") ? 1 : 2
      }
      if byte == UInt8(ascii: "\n"), !isLong { region = .plain }
      guard byte == quote else { return 1 }
      guard isLong else {
        region = .plain
        return 1
      }
      // Up to two quotes may stand right before the closing three.
      let run = min(run(of: byte, bytes, index), 5)
      if run >= 3 { region = .plain }
      return run
    }
  }

  private func run(of byte: UInt8, _ bytes: [UInt8], _ index: Int) -> Int {
    bytes[index...].prefix(6).prefix { $0 == byte }.count
  }
}
