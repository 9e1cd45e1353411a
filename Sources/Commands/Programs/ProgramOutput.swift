internal import MigrationEngine
internal import Support

/// What a program writes: bytes in, lines out, and the end of it all kept.
struct ProgramOutput {
  /// The end, for a message; bounded.
  private(set) var end = ""

  private let secrets: [Redacted<String>]
  private let mostLines: Int
  private var open: [UInt8] = []
  private var count = 0

  /// Longer lines are cut into several.
  private static let longestLine = 4096
  /// A shorter password would hide half of the words.
  private static let shortestSecret = 6

  /// Passwords are shown nowhere, but for very short ones.
  init(secrets: [Redacted<String>], mostLines: Int) {
    self.secrets = secrets.filter { $0.reveal().utf8.count >= Self.shortestSecret }
    self.mostLines = mostLines
  }

  /// Takes bytes in.
  /// - Returns: the lines that they complete and that are to be shown.
  mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
    var lines: [String] = []
    for byte in bytes {
      if byte == UInt8(ascii: "\n") || open.count >= Self.longestLine { lines += takeLine() }
      if byte != UInt8(ascii: "\n") { open.append(byte) }
    }
    return lines
  }

  /// The last line, where it has no end, and how many were not shown.
  mutating func finish() -> [String] {
    let last = open.isEmpty ? [] : takeLine()
    return count > mostLines ? last + ["(\(count - mostLines) more lines)"] : last
  }

  private mutating func takeLine() -> [String] {
    if open.last == UInt8(ascii: "\r") { open.removeLast() }
    var line = String(decoding: open, as: UTF8.self)
    open.removeAll(keepingCapacity: true)
    for secret in secrets {
      line = line.split(separator: secret.reveal(), omittingEmptySubsequences: false).joined(separator: "********")
    }
    end += line + "\n"
    if end.utf8.count > 2 * ProgramResult.longest {
      end = String(decoding: end.utf8.suffix(ProgramResult.longest + 1), as: UTF8.self)
    }
    count += 1
    return count <= mostLines ? [line] : []
  }
}
