/// A pattern for objects that are not to be reported: `kind/name` with `*` for any text and `?` for one character.
///
/// Matching takes time in proportion to the name's length: a pattern has at most 256 characters.
package struct DriftPattern: Sendable, Hashable {
  /// The longest pattern, and how many there may be.
  package static let (longest, most) = (256, 64)

  package let text: String
  private let scalars: [Unicode.Scalar]

  /// Reads a pattern.
  /// - Returns: nil if it is empty, too long, or has no kind before a slash.
  package init?(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    guard !scalars.isEmpty, scalars.count <= Self.longest, let slash = scalars.firstIndex(of: "/") else { return nil }
    let kind = String(String.UnicodeScalarView(scalars[..<slash]))
    guard kind.contains("*") || kind.contains("?") || DriftKind(rawValue: kind) != nil else { return nil }
    self.text = text
    self.scalars = scalars
  }

  /// Whether an object is one of those.
  package func matches(_ key: DriftObject.Key) -> Bool {
    let name = Array(key.text.unicodeScalars)
    var (place, index) = (0, 0)
    var (star, mark) = (-1, 0)
    // One star at a time is enough: a later one takes over from an earlier one for good.
    while index < name.count {
      if place < scalars.count, scalars[place] == "*" {
        (star, mark) = (place, index)
        place += 1
      } else if place < scalars.count, scalars[place] == "?" || scalars[place] == name[index] {
        place += 1
        index += 1
      } else if star >= 0 {
        mark += 1
        (place, index) = (star + 1, mark)
      } else {
        return false
      }
    }
    return scalars[place...].allSatisfy { $0 == "*" }
  }
}

extension Collection where Element == DriftDifference {
  /// The differences that no pattern covers.
  package func ignoring(_ patterns: [DriftPattern]) -> [DriftDifference] {
    filter { difference in !patterns.contains { $0.matches(difference.key) } }
  }
}
