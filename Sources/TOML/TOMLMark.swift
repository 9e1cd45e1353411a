/// A place in a text.
package struct TOMLMark: Sendable, Hashable {
  /// The line, from 1.
  package let line: Int
  /// The column, from 1, in Unicode scalars.
  package let column: Int

  /// A place from its numbers.
  package init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}
