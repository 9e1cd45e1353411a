/// Flyway's convention of file names, and what a name means under it (`ResourceNameParser.java`).
package struct MigrationNaming: Sendable, Hashable {
  /// Of versioned migrations.
  package var versionedPrefix: String
  /// Of repeatable migrations.
  package var repeatablePrefix: String
  /// Of baseline migrations.
  package var baselinePrefix: String
  /// Of undo migrations.
  package var undoPrefix: String
  /// Between version and description.
  package var separator: String
  /// Of SQL files, tried in this order, compared without regard to case.
  package var suffixes: [String]

  /// Flyway's convention, changed where needed.
  package init(
    versionedPrefix: String = "V", repeatablePrefix: String = "R", baselinePrefix: String = "B",
    undoPrefix: String = "U", separator: String = "__", suffixes: [String] = [".sql"]
  ) {
    self.versionedPrefix = versionedPrefix
    self.repeatablePrefix = repeatablePrefix
    self.baselinePrefix = baselinePrefix
    self.undoPrefix = undoPrefix
    self.separator = separator
    self.suffixes = suffixes
  }

  /// Flyway's defaults: V, R, B, U, `__` and `.sql`.
  package static let flyway = MigrationNaming()

  /// What a file name means.
  package enum NameClass: Sendable, Hashable {
    /// A SQL migration.
    case migration(MigrationName)
    /// A SQL callback.
    case callback(CallbackName)
    /// A migration that is no SQL (`.sh`, `.py`, no extension at all): Flyway would run it as a program.
    case script(MigrationName)
    /// No SQL file at all.
    case ignored
    /// A SQL file that follows no convention; Flyway passes over it in silence unless told otherwise.
    case invalid(reason: String)

    /// Whether it is SQL, though perhaps under a name that says nothing.
    package var isSQL: Bool {
      switch self {
      case .migration, .callback, .invalid: true
      case .script, .ignored: false
      }
    }
  }

  /// Reads a file name (without directories).
  ///
  /// In Flyway's order: the first suffix that fits, the longest prefix that fits, the first separator.
  package func classify(_ fileName: String) -> NameClass {
    guard let suffix = suffixes.first(where: { Self.ends(fileName, with: $0) }) else {
      return classifyScript(fileName)
    }
    let stem = String(fileName.unicodeScalars.dropLast(suffix.unicodeScalars.count))
    guard let (prefix, meaning) = meaning(of: stem) else {
      return .invalid(reason: unknownPrefixReason(stem))
    }
    let (head, description) = cut(String(stem.unicodeScalars.dropFirst(prefix.unicodeScalars.count)))
    switch meaning {
    case .callback(let event):
      guard head.isEmpty else {
        return .invalid(reason: "a callback is named \(prefix)\(suffix) or \(prefix)\(separator)description\(suffix)")
      }
      return .callback(CallbackName(event: event, description: description))
    case .migration(let kind):
      return classifyMigration(kind, prefix: prefix, head: head, description: description, suffix: suffix)
    }
  }
}

extension MigrationNaming {
  /// A SQL file's name without its suffix; nil for other files.
  func stem(of fileName: String) -> String? {
    let suffix = suffixes.first { Self.ends(fileName, with: $0) }
    return suffix.map { String(fileName.unicodeScalars.dropLast($0.unicodeScalars.count)) }
  }

  /// Whether a path is an undo file's: tells undo rows of the history from those of repair.
  func isUndo(_ path: String) -> Bool {
    switch classify(path.split(separator: "/").last.map(String.init) ?? path) {
    case .migration(let name), .script(let name): return name.kind == .undo
    default: return false
    }
  }

  /// Scalar by scalar and without regard to case; `hasSuffix` would go by characters, and some scalars join the dot.
  private static func ends(_ name: String, with suffix: String) -> Bool {
    let end = name.unicodeScalars.suffix(suffix.unicodeScalars.count)
    return end.elementsEqual(suffix.unicodeScalars) {
      $0 == $1 || $0.properties.lowercaseMapping == $1.properties.lowercaseMapping
    }
  }

  private enum Meaning {
    case migration(MigrationKind)
    case callback(CallbackEvent)
  }

  private static let callbacks = CallbackEvent.allCases.map { ($0.rawValue, Meaning.callback($0)) }

  private func meaning(of stem: String) -> (String, Meaning)? {
    var longest: (prefix: String, meaning: Meaning)?
    func consider(_ prefix: String, _ meaning: Meaning) {
      guard stem.utf8.starts(with: prefix.utf8), longest.map({ $0.prefix.utf8.count < prefix.utf8.count }) ?? true
      else { return }
      longest = (prefix, meaning)
    }
    consider(versionedPrefix, .migration(.versioned))
    consider(repeatablePrefix, .migration(.repeatable))
    consider(baselinePrefix, .migration(.baseline))
    consider(undoPrefix, .migration(.undo))
    for (name, callback) in Self.callbacks { consider(name, callback) }
    return longest
  }

  /// The text before the first separator, and the description behind it; without a separator all is head.
  private func cut(_ rest: String) -> (head: String, description: String) {
    let bytes = Array(rest.utf8)
    let mark = Array(separator.utf8)
    guard !mark.isEmpty, bytes.count >= mark.count else { return (rest, "") }
    for start in 0...(bytes.count - mark.count) where bytes[start..<(start + mark.count)].elementsEqual(mark) {
      let behind = bytes[(start + mark.count)...].map { $0 == UInt8(ascii: "_") ? UInt8(ascii: " ") : $0 }
      return (String(decoding: bytes[..<start], as: UTF8.self), String(decoding: behind, as: UTF8.self))
    }
    return (rest, "")
  }

  private func classifyMigration(
    _ kind: MigrationKind, prefix: String, head: String, description: String, suffix: String
  ) -> NameClass {
    guard kind != .repeatable else {
      guard head.isEmpty else {
        return .invalid(
          reason: "a repeatable migration has no version: its name looks like \(prefix)\(separator)description\(suffix)"
        )
      }
      return .migration(MigrationName(kind: kind, version: nil, description: description))
    }
    guard !head.isEmpty else {
      return .invalid(reason: "it has no version: its name looks like \(prefix)1.2\(separator)description\(suffix)")
    }
    do throws(MigrationNameError) {
      return .migration(MigrationName(kind: kind, version: try MigrationVersion(head), description: description))
    } catch {
      let isUnseparated = separator == "__" && head.contains("_") && description.isEmpty
      let hint = isUnseparated ? " Two underscores stand between version and description." : ""
      return .invalid(reason: error.message + hint)
    }
  }

  private func classifyScript(_ fileName: String) -> NameClass {
    guard let stem = Self.programStem(of: fileName), case .migration(let kind)? = meaning(of: stem)?.1,
      let prefix = meaning(of: stem)?.0
    else { return .ignored }
    let (head, description) = cut(String(stem.unicodeScalars.dropFirst(prefix.unicodeScalars.count)))
    switch classifyMigration(kind, prefix: prefix, head: head, description: description, suffix: "") {
    case .migration(let name) where !(name.description.isEmpty && kind == .repeatable): return .script(name)
    default: return .ignored
    }
  }

  /// The callback that a program is by its name: Flyway would run it as one.
  func programCallback(_ fileName: String) -> CallbackName? {
    guard stem(of: fileName) == nil, let stem = Self.programStem(of: fileName),
      case .callback(let event)? = meaning(of: stem)?.1
    else { return nil }
    let (head, description) = cut(String(stem.unicodeScalars.dropFirst(event.rawValue.unicodeScalars.count)))
    return head.isEmpty ? CallbackName(event: event, description: description) : nil
  }

  /// Flyway runs files of these extensions, and on Linux files without one, as programs (`ScriptMigrationResolver`).
  private static func programStem(of fileName: String) -> String? {
    guard let dot = fileName.lastIndex(of: ".") else { return fileName }
    let ending = String(fileName[fileName.index(after: dot)...])
    let isProgram = ["cmd", "bat", "ps1", "py", "sh", "bash"].contains(ending.lowercased())
    return isProgram ? String(fileName[..<dot]) : nil
  }

  private func unknownPrefixReason(_ stem: String) -> String {
    let prefixes = [versionedPrefix, repeatablePrefix, baselinePrefix, undoPrefix]
    if let near = prefixes.first(where: { !$0.isEmpty && stem.lowercased().hasPrefix($0.lowercased()) }) {
      return "prefixes are case-sensitive: it would have to start with \(near)"
    }
    return "it starts with none of the prefixes \(prefixes.joined(separator: ", ")) and is no callback"
  }
}
