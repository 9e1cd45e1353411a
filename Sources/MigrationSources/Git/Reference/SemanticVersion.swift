/// A version of [Semantic Versioning 2.0.0](https://semver.org), compared by its rule 11.
package struct SemanticVersion: Sendable, Hashable, Comparable {
  package var major: Int
  package var minor: Int
  package var patch: Int
  /// Empty for a release.
  package var prerelease: [String]

  /// Makes a version.
  package init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [String] = []) {
    (self.major, self.minor, self.patch, self.prerelease) = (major, minor, patch, prerelease)
  }

  /// Reads three numbers with an optional prerelease and build, and an optional `v` in front.
  ///
  /// So Flux reads tags (`fluxcd/pkg/version`, `ParseVersion`). The build is dropped: it orders nothing.
  package init?(_ text: some StringProtocol) {
    guard text.utf8.count <= 255 else { return nil }
    var rest = Substring(text)
    if rest.hasPrefix("v") { rest = rest.dropFirst() }
    if let plus = rest.firstIndex(of: "+") {
      guard Self.identifiers(rest[rest.index(after: plus)...], allowsLeadingZero: true) != nil else { return nil }
      rest = rest[..<plus]
    }
    var prerelease: [String] = []
    if let dash = rest.firstIndex(of: "-") {
      guard let read = Self.identifiers(rest[rest.index(after: dash)...], allowsLeadingZero: false) else { return nil }
      prerelease = read
      rest = rest[..<dash]
    }
    let numbers = rest.split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else { return nil }
    self.init(major, minor, patch, prerelease: prerelease)
  }

  package static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
    let (a, b) = ((left.major, left.minor, left.patch), (right.major, right.minor, right.patch))
    guard a == b else { return a < b }
    guard left.prerelease != right.prerelease, !left.prerelease.isEmpty else { return false }
    guard !right.prerelease.isEmpty else { return true }
    for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
      switch (Int(one), Int(other)) {
      case (let one?, let other?): return one < other
      case (_?, nil): return true
      case (nil, _?): return false
      case (nil, nil): return one.utf8.lexicographicallyPrecedes(other.utf8)
      }
    }
    return left.prerelease.count < right.prerelease.count
  }

  /// A number without leading zeros, small enough to add one to.
  static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 18, text.utf8.allSatisfy(isDigit), text == "0" || text.first != "0" else {
      return nil
    }
    return Int(text)
  }

  /// The parts of a prerelease or a build; nil if one is empty or has a character that it must not have.
  static func identifiers(_ text: Substring, allowsLeadingZero: Bool) -> [String]? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isValid = parts.allSatisfy { part in
      guard !part.isEmpty, part.utf8.allSatisfy({ isDigit($0) || isLetter($0) || $0 == UInt8(ascii: "-") }) else {
        return false
      }
      return allowsLeadingZero || !part.utf8.allSatisfy(isDigit) || number(part) != nil
    }
    return isValid ? parts.map(String.init) : nil
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
