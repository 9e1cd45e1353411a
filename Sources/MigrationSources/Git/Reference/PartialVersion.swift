/// A version in a range, whose last numbers may be missing or `x`, `X` or `*`: `1`, `1.2`, `1.x`, `*`, `1.2.3-rc.1`.
struct PartialVersion: Sendable, Hashable {
  private var numbers: [Int]
  private var prerelease: [String]

  var hasPrerelease: Bool { !prerelease.isEmpty }

  init?(_ text: Substring) {
    if let version = SemanticVersion(text) {
      numbers = [version.major, version.minor, version.patch]
      prerelease = version.prerelease
      return
    }
    var fields = text.hasPrefix("v") ? text.dropFirst() : text
    guard fields.utf8.count <= 64 else { return nil }
    if fields.last == "." { return nil }
    (numbers, prerelease) = ([], [])
    var isOpen = false
    var count = 0
    while !fields.isEmpty {
      let field = fields.prefix { $0 != "." }
      fields = fields.dropFirst(field.count + 1)
      count += 1
      if ["x", "X", "*"].contains(field) {
        isOpen = true
      } else if let number = SemanticVersion.number(field), !isOpen {
        numbers.append(number)
      } else {
        return nil
      }
    }
    guard (1...3).contains(count), isOpen || numbers.count < 3 else { return nil }
  }

  /// The lowest version that it stands for; nil where that is every one.
  var lowest: SemanticVersion? {
    guard let major = numbers.first else { return nil }
    return SemanticVersion(major, number(1), number(2), prerelease: prerelease)
  }

  /// The lowest version above all that it stands for; nil where there is none.
  var next: SemanticVersion? {
    guard numbers.count == 3 else { return bumped(numbers.count - 1) }
    // Directly after 1.2.3-a comes 1.2.3-a.0, and after 1.2.3 comes 1.2.4-0.
    guard hasPrerelease else { return bumped(2) }
    return SemanticVersion(numbers[0], numbers[1], numbers[2], prerelease: prerelease + ["0"])
  }

  /// The end of `~`: the next minor version, or the next major one where no minor is given.
  var nextMinor: SemanticVersion? { bumped(min(numbers.count - 1, 1)) }

  /// The end of `^`: where the first number that is not zero, or the last that is given, changes.
  var nextBreaking: SemanticVersion? {
    bumped(numbers.firstIndex { $0 != 0 } ?? numbers.count - 1)
  }

  private func number(_ place: Int) -> Int { place < numbers.count ? numbers[place] : 0 }

  // Prereleases of the version that ends a range are not in it: they count as that version.
  private func bumped(_ place: Int) -> SemanticVersion? {
    guard place >= 0 else { return nil }
    var bumped = [0, 0, 0]
    for index in 0...place { bumped[index] = number(index) }
    bumped[place] += 1
    return SemanticVersion(bumped[0], bumped[1], bumped[2], prerelease: ["0"])
  }
}
