/// Flyway's placeholders: `${name}` anywhere in a script, comments and literals included, is replaced before parsing.
///
/// Names are compared without regard to case, and values are not looked through again; a `$` in front keeps one; a script
/// that must keep its `${...}` switches replacement off in its `.conf`.
package struct Placeholders: Sendable, Hashable {
  /// `${` unless configured.
  package let prefix: String
  /// `}` unless configured.
  package let suffix: String
  private let values: [String: String]

  /// Values by name; the case of names does not matter.
  package init(_ values: [String: String], prefix: String = "${", suffix: String = "}") {
    self.prefix = prefix
    self.suffix = suffix
    self.values = Dictionary(values.map { ($0.key.lowercased(), $0.value) }) { first, _ in first }
  }

  /// The text with every placeholder replaced.
  ///
  /// - Parameter limit: how many bytes may come out of it.
  /// - Throws: `.unresolvedPlaceholder` and `.unterminatedPlaceholder` with the place, `.scriptTooLarge` beyond the limit.
  package func replace(in text: String, limit: Int = .max) throws(MigrationError) -> String {
    let mark = Array(prefix.utf8)
    let end = Array(suffix.utf8)
    let bytes = Array(text.utf8)
    guard let first = mark.first, !end.isEmpty, bytes.contains(first) else { return text }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var copied = 0
    var index = 0
    while index + mark.count <= bytes.count {
      guard bytes[index] == first else {
        index += 1
        continue
      }
      // Flyway reads on to the first byte that differs and does not look at it again: in `$${x}` nothing is replaced,
      // so that a dollar quotation may start with a brace (`PlaceholderReplacingReader.java`).
      let matched = zip(bytes[index...], mark).prefix { $0 == $1 }.count
      guard matched == mark.count else {
        index += matched + 1
        continue
      }
      let start = index + mark.count
      guard let close = Self.firstIndex(of: end, in: bytes, from: start) else { throw unterminated(at: index, bytes) }
      let name = String(decoding: bytes[start..<close], as: UTF8.self)
      guard let value = values[name.lowercased()] else { throw unresolved(name, at: index, bytes) }
      result.append(contentsOf: bytes[copied..<index])
      result.append(contentsOf: value.utf8)
      guard result.count <= limit else {
        throw MigrationError(
          .scriptTooLarge, "With its placeholders replaced the script has more than \(limit) bytes.",
          nextStep: "Cut the migration into several, or shorten the values.")
      }
      index = close + end.count
      copied = index
    }
    guard copied > 0 else { return text }
    result.append(contentsOf: bytes[copied...])
    return String(decoding: result, as: UTF8.self)
  }

  private static func firstIndex(of mark: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index + mark.count <= bytes.count {
      if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) { return index }
      index += 1
    }
    return nil
  }

  private func unresolved(_ name: String, at offset: Int, _ bytes: [UInt8]) -> MigrationError {
    var cursor = PositionCursor()
    let place = cursor.position(of: offset, in: bytes.span)
    let shown = String(name.prefix(100))
    return MigrationError(
      .unresolvedPlaceholder, "The placeholder \(prefix)\(shown)\(suffix) at \(place) has no value.",
      nextStep:
        "Set placeholders.\(shown), or placeholderReplacement=false in the script's .conf if it is no placeholder.",
      at: place)
  }

  private func unterminated(at offset: Int, _ bytes: [UInt8]) -> MigrationError {
    var cursor = PositionCursor()
    let place = cursor.position(of: offset, in: bytes.span)
    return MigrationError(
      .unterminatedPlaceholder, "The placeholder that starts with \(prefix) at \(place) has no \(suffix).",
      nextStep: "Close it, or set placeholderReplacement=false in the script's .conf if it is no placeholder.",
      at: place)
  }
}
