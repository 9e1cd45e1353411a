/// A place in a YAML text.
///
/// Line and column count from 1; columns are characters, not bytes.
package struct YAMLMark: Sendable, Hashable {
  /// The line, from 1.
  package let line: Int
  /// The column, from 1.
  package let column: Int

  /// Names a place.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
