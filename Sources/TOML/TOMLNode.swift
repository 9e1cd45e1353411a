/// A value in a TOML document, with its place.
package struct TOMLNode: Sendable, Hashable {
  /// A key with its value.
  package struct Entry: Sendable, Hashable {
    /// The key, without quotes.
    package let key: String
    /// Where it stands; of a table that only dotted keys imply, the first of these.
    package let mark: TOMLMark
    /// What it is set to.
    package let value: TOMLNode
  }

  /// What a value can be.
  package enum Content: Sendable, Hashable {
    /// Keys in the order of their bytes: TOML gives their order no meaning.
    case table([Entry])
    /// Elements in order.
    case array([TOMLNode])
    /// A string of any of the four kinds.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// A number with a fraction or an exponent, `inf` or `nan`; `text` as it was written, empty in very long lines.
    case float(Double, text: String)
    /// `true` or `false`.
    case boolean(Bool)
    /// A date, a time, or both, as TOML writes it.
    case time(String)
  }

  /// What it is.
  package let content: Content
  /// Where it stands.
  package let mark: TOMLMark

  /// Reads a text: TOML 1.0, UTF-8.
  ///
  /// - Throws: `TOMLError` with line and column.
  package static func parse(_ bytes: [UInt8], limits: TOMLLimits = .default) throws(TOMLError) -> TOMLNode {
    guard bytes.count <= limits.inputBytes else {
      throw TOMLError(
        code: .limit, message: "more than \(limits.inputBytes) bytes", mark: TOMLMark(line: 1, column: 1))
    }
    try TOMLNesting(limit: limits.dotsPerLine).check(bytes)
    return try TOMLDocument(bytes: bytes).root(limits: limits)
  }

  /// The entries of a table; empty for everything else.
  package var entries: [Entry] {
    if case .table(let entries) = content { entries } else { [] }
  }

  /// The value of a key of a table.
  package subscript(key: String) -> TOMLNode? {
    entries.first { $0.key == key }?.value
  }

  /// The element of an array.
  package subscript(index: Int) -> TOMLNode? {
    guard case .array(let elements) = content, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
