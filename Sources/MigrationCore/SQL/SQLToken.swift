/// One piece of SQL text: a range of bytes and what stands there.
package struct SQLToken: Sendable, Hashable {
  /// What stands in the range.
  package enum Kind: Sendable, Hashable {
    /// Blanks, tabs, line ends, form feeds.
    case whitespace
    /// `-- ...` up to, not including, the line end.
    case lineComment
    /// `/* ... */`, nested ones included.
    case blockComment
    /// A keyword or an unquoted name.
    case word
    /// `"..."` and `U&"..."`.
    case quotedIdentifier
    /// `'...'`, `N'...'` and `U&'...'`: no backslash escapes (`standard_conforming_strings` is taken as on).
    case string
    /// `E'...'` with backslash escapes, continued over line ends as PostgreSQL does.
    case escapeString
    /// `B'...'` and `X'...'`.
    case bitString
    /// `$$...$$` and `$tag$...$tag$`.
    case dollarString
    /// `$1`.
    case parameter
    /// A number.
    case number
    /// `;`.
    case semicolon
    /// `(`.
    case openParenthesis
    /// `)`.
    case closeParenthesis
    /// `.`.
    case dot
    /// `,`.
    case comma
    /// A backslash outside any literal with the rest of its line: a command of psql.
    case metaCommand
    /// Any other single byte: operators, brackets, colons, control characters.
    case other

    /// Whether the token says nothing to the server.
    package var isTrivia: Bool { self == .whitespace || self == .lineComment || self == .blockComment }
  }

  /// What stands in the range.
  package let kind: Kind
  /// Byte offsets in the text.
  package let range: Range<Int>
  /// False for a literal or comment that the text's end cuts off.
  package let isTerminated: Bool

  /// A token over a range of bytes.
  package init(kind: Kind, range: Range<Int>, isTerminated: Bool = true) {
    self.kind = kind
    self.range = range
    self.isTerminated = isTerminated
  }
}
