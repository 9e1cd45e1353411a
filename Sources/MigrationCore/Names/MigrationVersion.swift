/// A version as Flyway reads it: numbers of any size with dots between them (`MigrationVersion.java`).
///
/// `_` counts as a dot, leading zeros and trailing zero parts do not matter for the order (`1` == `1.0` == `01`), and
/// the text keeps what was written. A sign before the first number and any decimal digit of Unicode's basic plane are
/// accepted, because Java's `BigInteger` accepts them.
package struct MigrationVersion: Sendable, CustomStringConvertible {
  /// As written, with `_` turned into `.`; what the history table and reports show.
  package let description: String
  private let parts: [Part]

  /// Reads a version.
  ///
  /// - Throws: `.invalidVersion`, and `.reservedVersion` for `current`, `next`, `latest` and 9223372036854775807, which
  ///   Flyway takes for `latest`: a file of that version breaks its history.
  package init(_ text: String) throws(MigrationNameError) {
    let dotted = String(decoding: text.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
    if Self.isReserved(dotted) {
      throw MigrationError(
        .reservedVersion, "The version `\(text)` has a meaning of its own in Flyway and cannot name a migration.",
        nextStep: "Give the migration another version.")
    }
    guard var parts = Self.plainParts(of: dotted) ?? Self.parts(of: dotted) else {
      throw MigrationError(
        .invalidVersion,
        "`\(text)` is not a version: only digits with single dots (or underscores) between them are.",
        nextStep: "Write versions like 1, 1.2 or 20260131_1200.")
    }
    while let last = parts.last, last.isZero { parts.removeLast() }
    self.parts = parts
    self.description = dotted
  }

  private static func isReserved(_ dotted: String) -> Bool {
    dotted.utf8.first.map { $0 > UInt8(ascii: "9") } == true
      ? ["current", "next", "latest"].contains(dotted.lowercased()) : dotted == "9223372036854775807"
  }

  /// The numbers of a version as nearly all are: ASCII digits with single dots between them; nil for any other.
  private static func plainParts(of dotted: String) -> [Part]? {
    var parts: [Part] = []
    var digits: [UInt8] = []
    var isEmpty = true
    for byte in dotted.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        isEmpty = false
        if byte != UInt8(ascii: "0") || !digits.isEmpty { digits.append(byte - UInt8(ascii: "0")) }
      case UInt8(ascii: ".") where !isEmpty:
        parts.append(Part(isNegative: false, digits: digits))
        (digits, isEmpty) = ([], true)
      default: return nil
      }
    }
    return isEmpty ? nil : parts + [Part(isNegative: false, digits: digits)]
  }

  /// The numbers of any version; nil if it is none.
  private static func parts(of dotted: String) -> [Part]? {
    var parts: [Part] = []
    for piece in pieces(of: dotted) {
      guard let part = Part(piece) else { return nil }
      parts.append(part)
    }
    return parts
  }

  /// Cuts at each dot that an ASCII digit follows, as Flyway's pattern `\.(?=\d)` does.
  private static func pieces(of text: String) -> [[Unicode.Scalar]] {
    let scalars = Array(text.unicodeScalars)
    var pieces: [[Unicode.Scalar]] = [[]]
    for (index, scalar) in scalars.enumerated() {
      let isBorder = scalar == "." && index + 1 < scalars.count && ("0"..."9").contains(scalars[index + 1])
      if isBorder { pieces.append([]) } else { pieces[pieces.count - 1].append(scalar) }
    }
    return pieces
  }
}

extension MigrationVersion: Comparable, Hashable {
  /// Whether both are the same number by number.
  package static func == (left: MigrationVersion, right: MigrationVersion) -> Bool {
    left.parts == right.parts
  }

  /// Whether the left one comes first, number by number; a missing part counts as 0.
  package static func < (left: MigrationVersion, right: MigrationVersion) -> Bool {
    for index in 0..<max(left.parts.count, right.parts.count) {
      let one = index < left.parts.count ? left.parts[index] : .zero
      let other = index < right.parts.count ? right.parts[index] : .zero
      if one != other { return one < other }
    }
    return false
  }

  /// Equal versions hash alike, however they are written.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(parts)
  }
}

extension MigrationVersion {
  /// One whole number of any size: a sign and digits without leading zeros.
  private struct Part: Hashable, Comparable, Sendable {
    static let zero = Part(isNegative: false, digits: [])

    let isNegative: Bool
    let digits: [UInt8]

    var isZero: Bool { digits.isEmpty }

    init(isNegative: Bool, digits: [UInt8]) {
      self.isNegative = isNegative
      self.digits = digits
    }

    init?(_ scalars: [Unicode.Scalar]) {
      var rest = scalars[...]
      let sign = rest.first
      if sign == "-" || sign == "+" { rest = rest.dropFirst() }
      guard !rest.isEmpty else { return nil }
      var digits: [UInt8] = []
      for scalar in rest {
        guard scalar.value <= 0xFFFF, scalar.properties.numericType == .decimal,
          let value = scalar.properties.numericValue
        else { return nil }
        if value != 0 || !digits.isEmpty { digits.append(UInt8(value)) }
      }
      self.init(isNegative: sign == "-" && !digits.isEmpty, digits: digits)
    }

    static func < (left: Part, right: Part) -> Bool {
      if left.isNegative != right.isNegative { return left.isNegative }
      let isSmaller =
        left.digits.count != right.digits.count
        ? left.digits.count < right.digits.count : left.digits.lexicographicallyPrecedes(right.digits)
      return left.isNegative ? left != right && !isSmaller : isSmaller
    }
  }
}
