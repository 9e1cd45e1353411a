/// A place in a script: line and column count from 1, the column in Unicode scalars, as editors show it.
///
/// Lines end at LF, CR LF or a lone CR.
package struct SourcePosition: Sendable, Hashable, CustomStringConvertible {
  /// Bytes from the start of the text.
  package let byteOffset: Int
  /// From 1.
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int

  /// A place from its numbers.
  package init(byteOffset: Int, line: Int, column: Int) {
    self.byteOffset = byteOffset
    self.line = line
    self.column = column
  }

  /// `line 3, column 7`.
  package var description: String { "line \(line), column \(column)" }
}

/// Turns byte offsets into positions in one pass: offsets must be asked for in ascending order.
struct PositionCursor {
  private var offset = 0
  private var line = 1
  private var column = 1

  /// The position of `target`, which must not lie before the last one asked for.
  mutating func position(of target: Int, in bytes: borrowing Span<UInt8>) -> SourcePosition {
    while offset < target {
      let byte = bytes[offset]
      offset += 1
      if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && !(offset < bytes.count && bytes[offset] == 10)) {
        line += 1
        column = 1
      } else if byte & 0xC0 != 0x80 {
        column += 1
      }
    }
    return SourcePosition(byteOffset: target, line: line, column: column)
  }
}
