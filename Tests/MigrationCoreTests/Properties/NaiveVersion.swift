/// A version of ASCII digits with single dots (or underscores) between, compared as schoolchildren compare numbers.
///
/// Nothing else is one here, signs and other digits included, though Flyway takes them.
struct NaiveVersion {
  private let parts: [String]

  init?(_ text: String) {
    if text == "9223372036854775807" { return nil }
    let pieces = text.unicodeScalars.split(omittingEmptySubsequences: false) { $0 == "." || $0 == "_" }
    for piece in pieces {
      guard !piece.isEmpty, piece.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
    }
    parts = pieces.map { String(String.UnicodeScalarView($0)) }
  }

  /// Both are filled with zeros to the same number of equally long numbers; then the texts' order is the numbers' order.
  func isBelow(_ other: NaiveVersion) -> Bool {
    let count = max(parts.count, other.parts.count)
    let width = (parts + other.parts).map(\.utf8.count).max() ?? 0
    let left = filled(count, width)
    let right = other.filled(count, width)
    return left.lexicographicallyPrecedes(right)
  }

  private func filled(_ count: Int, _ width: Int) -> [UInt8] {
    let padded = parts + Array(repeating: "", count: count - parts.count)
    return padded.flatMap { Array(repeating: UInt8(ascii: "0"), count: width - $0.utf8.count) + Array($0.utf8) }
  }
}
