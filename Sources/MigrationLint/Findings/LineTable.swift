package import MigrationCore

/// Where the lines of a text begin, to turn byte offsets into lines and columns and to show a line.
package struct LineTable: Sendable {
  private let bytes: [UInt8]
  private let starts: [Int]
  /// How many Unicode scalars begin before each multiple of `step`: a script may be one line.
  private let scalars: [Int]

  private static let step = 512

  /// Reads a text; lines end at LF, CR LF or a lone CR.
  package init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    var scalars: [Int] = []
    var count = 0
    for (index, byte) in bytes.enumerated() {
      let isCarriageReturn = byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
      if byte == 0x0A || isCarriageReturn { starts.append(index + 1) }
      if index % Self.step == 0 { scalars.append(count) }
      if byte & 0xC0 != 0x80 { count += 1 }
    }
    scalars.append(count)
    self.starts = starts
    self.scalars = scalars
  }

  /// The place of a byte; the end for one behind it.
  package func position(of offset: Int) -> SourcePosition {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(of: offset)
    let column = scalarCount(before: offset) - scalarCount(before: starts[line]) + 1
    return SourcePosition(byteOffset: offset, line: line + 1, column: column)
  }

  /// The part of a byte's line that begins at most so many bytes before it and ends at most so many behind it, without
  /// the line's end.
  package func part(around offset: Int, before: Int, behind: Int) -> Range<Int> {
    let offset = min(max(offset, 0), bytes.count)
    let line = lineIndex(of: offset)
    let lineEnd = line + 1 < starts.count ? starts[line + 1] : bytes.count
    var start = max(starts[line], offset - before)
    while start < offset, bytes[start] & 0xC0 == 0x80 { start += 1 }
    var end = min(lineEnd, offset + behind)
    while end < lineEnd, end > offset, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return start..<max(start, end)
  }

  /// The text of a range of bytes.
  package func text(_ range: Range<Int>) -> String {
    String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
  }

  private func scalarCount(before offset: Int) -> Int {
    let block = min(offset / Self.step, max(0, scalars.count - 2))
    return bytes[(block * Self.step)..<offset].reduce(scalars[block]) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
  }

  private func lineIndex(of offset: Int) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
