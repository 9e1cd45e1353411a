/// How much a script may be.
package struct SQLLimits: Sendable, Hashable {
  /// Bytes of one script, inline COPY data included.
  package var bytes: Int
  /// Statements of one script.
  package var statements: Int
  /// Depth of parentheses, of nested comments and of `BEGIN ATOMIC`/`CASE` blocks.
  package var nesting: Int

  /// Limits, each of them inclusive.
  package init(bytes: Int, statements: Int, nesting: Int) {
    self.bytes = bytes
    self.statements = statements
    self.nesting = nesting
  }

  /// 32 MiB, 100 000 statements, 1 000 levels.
  package static let standard = SQLLimits(bytes: 32 << 20, statements: 100_000, nesting: 1_000)
}
