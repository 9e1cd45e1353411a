/// A location with wildcards: `**` for any directories or none, `*` for one character or more, `?` for one
/// (`LocationParser.parseWildcardLocation`).
struct LocationPattern {
  /// Where to look: everything before the first part with a wildcard, absolute.
  let root: String
  private let parts: [[Character]]
  /// Whether the last part names files, which it does to Flyway if there is a dot in it.
  private let namesFiles: Bool

  /// Nil for a path without wildcards.
  init?(_ path: String) {
    let all = path.split(separator: "/").map(String.init)
    guard let first = all.firstIndex(where: { $0.contains("*") || $0.contains("?") }) else { return nil }
    root = "/" + all[..<first].joined(separator: "/")
    parts = all[first...].map(Array.init)
    namesFiles = parts.last?.contains(".") == true
  }

  /// What of a file's path below `root` is its path relative to the location; nil if the file is none of the location.
  func relativePath(of path: String) -> String? {
    let names = path.split(separator: "/").map(Array.init)
    if namesFiles { return matches(parts[...], names[...]) == nil ? nil : path }
    guard let rest = matches(parts[...], names[...]), !rest.isEmpty else { return nil }
    return rest.map { String($0) }.joined(separator: "/")
  }

  /// The names behind those that the parts match, as many as possible; nil if they do not match.
  ///
  /// What can still match after each number of names is kept in a set, so that many `**` cost no more than one.
  private func matches(_ parts: ArraySlice<[Character]>, _ names: ArraySlice<[Character]>) -> ArraySlice<[Character]>? {
    var ends: Set = [names.startIndex]
    for part in parts {
      var next: Set<Int> = []
      for end in ends {
        if part == ["*", "*"] {
          // The last name is the file's: no directory.
          for index in end..<max(names.endIndex, end + 1) where index <= names.endIndex { next.insert(index) }
        } else if end < names.endIndex, Self.matches(part, names[end]) {
          next.insert(end + 1)
        }
      }
      ends = next
    }
    if namesFiles { return ends.contains(names.endIndex) ? [] : nil }
    return ends.filter { $0 < names.endIndex }.min().map { names[$0...] }
  }

  /// Whether one name matches one part, in time of their product.
  private static func matches(_ part: [Character], _ name: [Character]) -> Bool {
    var reached: Set = [0]
    for symbol in part {
      var next: Set<Int> = []
      for index in reached where index < name.count {
        switch symbol {
        case "*": for end in (index + 1)...name.count { next.insert(end) }
        case "?": next.insert(index + 1)
        default: if name[index] == symbol { next.insert(index + 1) }
        }
      }
      reached = next
    }
    return reached.contains(name.count)
  }
}
