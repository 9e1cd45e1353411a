package import MigrationCore

/// What a script asks of the gates by itself: comments `-- whimbrel: window=NAME` and `-- whimbrel: approval=manual`.
///
/// They stand on lines of their own among the comments before the first statement; in the `.conf` beside the script as
/// comments `# whimbrel: ...`, which Flyway passes over (a key that it does not know it refuses). The word before the
/// colon is read without regard to case. Several may stand on one line, with blanks or commas between them.
package struct ScriptDirectives: Sendable, Hashable {
  /// The window in which the migration starts.
  package var window: String?
  /// Whether a person must approve the plan that it is in.
  package var needsApproval = false

  /// Wishes; none by default.
  package init(window: String? = nil, needsApproval: Bool = false) {
    self.window = window
    self.needsApproval = needsApproval
  }

  /// Reads what a script and its `.conf` say; `window` names one of `windows`, or anything where that is nil.
  ///
  /// - Throws: `directive` with file and line: one that is not known, names no window, says something twice, or stands
  ///   behind the first statement, where it would otherwise be passed over without a word.
  package init(of script: MigrationScript, windows: Set<String>?) throws(PromotionError) {
    var reading = DirectiveReading(windows: windows)
    for (line, text) in try LeadingComments.directives(in: script.text, of: script.script) {
      try reading.read(text, Place(file: script.script, line: line))
    }
    for remark in script.configuration.remarks {
      try reading.read(remark.text, Place(file: script.script + ".conf", line: remark.line))
    }
    self = reading.directives
  }

  struct Place {
    let file: String
    let line: Int
  }
}

private struct DirectiveReading {
  let windows: Set<String>?
  var directives = ScriptDirectives()

  init(windows: Set<String>?) {
    self.windows = windows
  }

  mutating func read(_ text: Substring, _ place: ScriptDirectives.Place) throws(PromotionError) {
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "," }
    guard !words.isEmpty else { throw wrong("nothing follows 'whimbrel:'", place) }
    for word in words { try read(word: word, place) }
  }

  private mutating func read(word: Substring, _ place: ScriptDirectives.Place) throws(PromotionError) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts[0], parts.count == 2 ? String(parts[1]) : nil) {
    case ("window", let name?) where windows?.contains(name) ?? !name.isEmpty:
      guard directives.window == nil || directives.window == name else {
        throw wrong("two windows are named, '\(directives.window ?? "")' and '\(name.prefix(63))'", place)
      }
      directives.window = name
    case ("window", let name?):
      let names = (windows ?? []).sorted()
      let known = names.isEmpty ? "none has a name" : "named are \(names.joined(separator: ", "))"
      throw wrong("spec.promotion.windows has no window '\(name.prefix(63))'; \(known)", place)
    case ("approval", "manual"?): directives.needsApproval = true
    default: throw wrong("'\(word.prefix(60))' is not known", place)
    }
  }

  private func wrong(_ what: String, _ place: ScriptDirectives.Place) -> PromotionError {
    PromotionError(
      .directive,
      "\(place.file), line \(place.line): \(what); directives are 'whimbrel: window=NAME' and 'whimbrel: "
        + "approval=manual'")
  }
}

/// Finds the directives of a script by its lines.
private enum LeadingComments {
  static func directives(
    in text: String, of script: String
  ) throws(PromotionError) -> [(line: Int, text: Substring)] {
    var found: [(line: Int, text: Substring)] = []
    var isLeading = true
    var depth = 0
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    for (index, whole) in lines.enumerated() {
      let line = whole.drop { $0 == " " || $0 == "\t" }
      guard isLeading else {
        guard directive(in: line) != nil else { continue }
        throw PromotionError(
          .directive,
          "\(script), line \(index + 1): a directive stands before the first statement, in a comment on a line of its "
            + "own; move it there, or write the comment otherwise")
      }
      if depth == 0, let text = directive(in: line) {
        found.append((index + 1, text))
      } else if depth > 0 || !line.hasPrefix("--") {
        isLeading = isBlank(line, &depth)
      }
    }
    return found
  }

  /// What follows `-- whimbrel:`.
  private static func directive(in line: Substring) -> Substring? {
    guard line.hasPrefix("--") else { return nil }
    let rest = line.drop { $0 == "-" || $0 == " " || $0 == "\t" }
    guard rest.prefix(9).lowercased() == "whimbrel:" else { return nil }
    let text = rest.dropFirst(9)
    // Those are a script's contents, read where it is cut into statements.
    return text.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "\t" }).first == "backfill" ? nil : text
  }

  /// Whether a line holds nothing but blanks and block comments, which nest.
  private static func isBlank(_ line: Substring, _ depth: inout Int) -> Bool {
    var rest = line
    while let next = rest.first {
      if rest.hasPrefix("/*") {
        depth += 1
        rest = rest.dropFirst(2)
      } else if depth > 0, rest.hasPrefix("*/") {
        depth -= 1
        rest = rest.dropFirst(2)
      } else if depth == 0, rest.hasPrefix("--") {
        return true
      } else if depth == 0, !next.isWhitespace {
        return false
      } else {
        rest = rest.dropFirst()
      }
    }
    return true
  }
}
