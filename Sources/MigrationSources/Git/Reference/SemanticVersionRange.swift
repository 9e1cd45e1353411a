/// A range of versions as Flux writes it (`Masterminds/semver`, version 3): `>=1.2.0 <2`, `~1.2`, `^1`, `1.x`,
/// `1.2 - 2.3`, `>1 !=1.5.x || 3.*`.
///
/// Blanks and commas mean and, `||` means or. A prerelease is in a range only where one of the parts joined by and names
/// a prerelease.
package struct SemanticVersionRange: Sendable, Hashable, CustomStringConvertible {
  /// One comparison: versions from `lower` up to, but not including, `upper`; or all others.
  struct Part: Sendable, Hashable {
    var lower: SemanticVersion?
    var upper: SemanticVersion?
    var isExcluding = false
    var namesPrerelease = false

    func contains(_ version: SemanticVersion) -> Bool {
      let isInside = lower.map { $0 <= version } ?? true && upper.map { version < $0 } ?? true
      return isInside != isExcluding
    }
  }

  package let description: String
  private let alternatives: [[Part]]

  /// Reads a range; nil if it is none.
  package init?(_ text: String) {
    guard text.utf8.count <= 256 else { return nil }
    var alternatives: [[Part]] = []
    var rest = Substring(text)
    while true {
      let end = rest.firstRange(of: "||")
      guard let parts = Self.conjunction(rest[..<(end?.lowerBound ?? rest.endIndex)]) else { return nil }
      alternatives.append(parts)
      guard let end else { break }
      rest = rest[end.upperBound...]
    }
    (description, self.alternatives) = (text, alternatives)
  }

  /// Whether a version is in the range.
  package func contains(_ version: SemanticVersion) -> Bool {
    alternatives.contains { parts in
      (version.prerelease.isEmpty || parts.contains(where: \.namesPrerelease))
        && parts.allSatisfy { $0.contains(version) }
    }
  }

  private static func conjunction(_ text: Substring) -> [Part]? {
    var words = text.split { $0 == " " || $0 == "," }
    guard !words.isEmpty else { return nil }
    var parts: [Part] = []
    while !words.isEmpty {
      var word = words.removeFirst()
      if words.first == "-" {
        guard words.count >= 2, let from = PartialVersion(word), let to = PartialVersion(words[1]) else { return nil }
        parts.append(Part(lower: from.lowest, upper: to.next, namesPrerelease: from.hasPrerelease || to.hasPrerelease))
        words.removeFirst(2)
        continue
      }
      let sign = word.prefix { "=<>!~^".contains($0) }
      word = word.dropFirst(sign.count)
      // `>= 1.2` is written with a blank as well.
      if word.isEmpty {
        guard !sign.isEmpty, !words.isEmpty else { return nil }
        word = words.removeFirst()
      }
      guard let version = PartialVersion(word), let part = part(String(sign), version) else { return nil }
      parts.append(part)
    }
    return parts
  }

  private static func part(_ sign: String, _ version: PartialVersion) -> Part? {
    var part = Part(namesPrerelease: version.hasPrerelease)
    switch sign {
    case "", "=": (part.lower, part.upper) = (version.lowest, version.next)
    case "!=": (part.lower, part.upper, part.isExcluding) = (version.lowest, version.next, true)
    case ">=", "=>": part.lower = version.lowest
    case ">": part.lower = version.next
    case "<": part.upper = version.lowest
    case "<=", "=<": part.upper = version.next
    case "~", "~>": (part.lower, part.upper) = (version.lowest, version.nextMinor)
    case "^": (part.lower, part.upper) = (version.lowest, version.nextBreaking)
    default: return nil
    }
    // Nothing is above every version, and nothing below the lowest.
    if part.lower == nil, part.upper == nil, [">", "<", "!="].contains(sign) { return nil }
    return part
  }
}
