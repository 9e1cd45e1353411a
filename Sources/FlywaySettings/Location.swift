/// A place with scripts: Flyway's settings `locations` and `callbackLocations`.
package struct Location: Sendable, Hashable, CustomStringConvertible {
  /// How a place was named.
  package enum Kind: String, Sendable, Hashable {
    /// `filesystem:sql`, or without a prefix.
    case filesystem
    /// `classpath:db/migration`: there is no class path, so folders of that name are looked for.
    case classpath
  }

  /// How it was named.
  package let kind: Kind
  /// As it was written.
  package let text: String
  /// The absolute path, `/` between its parts, without one at the end; it may hold the wildcards `**`, `*` and `?`.
  package let path: String
  /// What a class path location may mean besides `path`, absolute; tried in this order.
  package let alternatives: [String]

  /// Reads one location; relative paths begin at `directory`, which is absolute.
  ///
  /// - Throws: `.unsupported` for `s3:` and `gcs:`, `.invalidValue` for an unknown prefix or an empty path.
  package init(_ text: String, relativeTo directory: String) throws(SettingsError) {
    let trimmed = text.trimmingBlanks
    var path = trimmed
    var kind = Kind.filesystem
    if let colon = trimmed.firstIndex(of: ":") {
      let prefix = trimmed[..<colon].lowercased()
      path = String(trimmed[trimmed.index(after: colon)...])
      switch prefix {
      case "filesystem": break
      case "classpath": kind = .classpath
      case "s3", "gcs":
        throw SettingsError(
          .unsupported, "The location `\(trimmed.shown)` is in object storage, which is not read here.",
          nextStep: "Copy or mount the scripts, and name their folder with filesystem:.")
      default:
        throw SettingsError(
          .invalidValue,
          "The location `\(trimmed.shown)` begins with `\(prefix.shown):`, which is no kind of location.",
          nextStep: "Write filesystem:<folder>.")
      }
    }
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw SettingsError(
        .invalidValue, "The location `\(trimmed.shown)` names no folder.", nextStep: "Write filesystem:<folder>.")
    }
    self.kind = kind
    self.text = trimmed
    if kind == .classpath {
      let inside = String(path.drop { $0 == "/" })
      self.path = Self.absolute(inside, directory)
      alternatives = [Self.absolute("src/main/resources/\(inside)", directory)]
    } else {
      self.path = Self.absolute(path, directory)
      alternatives = []
    }
  }

  /// As it was written.
  package var description: String { text }

  /// Whether the path holds wildcards.
  package var hasWildcards: Bool { path.contains { $0 == "*" || $0 == "?" } }

  /// Makes a path absolute and takes out `//`, `/./` and `/` at the end; `..` stays, as links may lead elsewhere.
  package static func absolute(_ path: String, _ directory: String) -> String {
    let whole = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }
}

extension String {
  /// Without blanks, tabs and line ends around it.
  var trimmingBlanks: String {
    let isBlank: (Character) -> Bool = { $0.isASCII && ($0.isWhitespace || $0 == "\u{0C}") }
    var rest = Substring(self).drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(rest)
  }

  /// Cut to what fits into a message.
  var shown: String { count > 100 ? String(prefix(97)) + "..." : self }
}
