internal import MigrationCore

/// What must hold for file names and versions, whatever the text: shared by the fuzzer and the tests.
enum NameProperties {
  /// Conventions that differ in every part.
  static let namings: [MigrationNaming] = [
    .flyway,
    MigrationNaming(
      versionedPrefix: "ver", repeatablePrefix: "rep-", baselinePrefix: "base", undoPrefix: "", separator: "--",
      suffixes: [".pg.sql", ".ddl", ".sql"]),
    MigrationNaming(versionedPrefix: "b", repeatablePrefix: "before", separator: "__@", suffixes: [".SQL", ".pks"]),
  ]

  /// Takes each line of the input, at most eight, as a version and as a file name.
  static func check(_ bytes: [UInt8]) throws(Violation) {
    let lines = bytes.split(separator: 10, maxSplits: 8, omittingEmptySubsequences: false).prefix(8)
    let texts = lines.map { String(decoding: $0, as: UTF8.self) }
    let versions = try readable(texts)
    try checkOrder(versions)
    for text in texts {
      for naming in namings { try check(text, under: naming) }
      try checkPatterns(text)
    }
  }

  private static func readable(_ texts: [String]) throws(Violation) -> [MigrationVersion] {
    var versions: [MigrationVersion] = []
    for text in texts {
      do throws(MigrationError) {
        versions.append(try MigrationVersion(text))
      } catch {
        try checkRefusal(error, of: text)
      }
    }
    return versions
  }

  private static func checkRefusal(_ error: MigrationError, of text: String) throws(Violation) {
    let isKnown = error.code == .invalidVersion || error.code == .reservedVersion
    try Violation.unless(isKnown && !error.nextStep.isEmpty, "\(text): \(error.message)")
    try Violation.unless(NaiveVersion(text) == nil, "\(text) is a version, and is refused: \(error.message)")
  }

  /// The numbers' order is total, agrees with equality and hashing, and is that of the naive reading.
  private static func checkOrder(_ versions: [MigrationVersion]) throws(Violation) {
    for one in versions {
      try checkRoundTrip(one)
      for other in versions {
        let answers = [one < other, one == other, other < one]
        try Violation.unless(answers.count { $0 } == 1, "\(one) against \(other): \(answers)")
        try Violation.unless(one != other || one.hashValue == other.hashValue, "\(one) and \(other) hash differently")
        if let left = NaiveVersion("\(one)"), let right = NaiveVersion("\(other)") {
          try Violation.unless((one < other) == left.isBelow(right), "\(one) against \(other)")
        }
        for third in versions where one <= other && other <= third {
          try Violation.unless(one <= third, "\(one) <= \(other) <= \(third), but not \(one) <= \(third)")
        }
      }
    }
  }

  /// The text gives the same version again, and zeros behind it change nothing.
  private static func checkRoundTrip(_ version: MigrationVersion) throws(Violation) {
    let again = try? MigrationVersion(version.description)
    try Violation.unless(again == version && again?.description == version.description, "\(version) read again")
    try Violation.unless((try? MigrationVersion("\(version).0")) == version, "\(version).0 is another version")
    let higher = try? MigrationVersion("\(version).1")
    try Violation.unless(higher.map { version < $0 } == true, "\(version).1 is not above \(version)")
  }

  /// Targets and patterns are read or refused with a reason, and come out as they went in.
  private static func checkPatterns(_ text: String) throws(Violation) {
    if case .version(let version, let mustExist)? = try? MigrationTarget(text) {
      let written = "\(version)" + (mustExist ? "" : "?")
      try Violation.unless((try? MigrationTarget(written)) == .version(version, mustExist: mustExist), "target \(text)")
    }
    guard let pattern = try? IgnorePattern(text) else { return }
    let written = "\(pattern.category.rawValue):\(pattern.state.rawValue)"
    let plain = String(
      String.UnicodeScalarView(text.lowercased().unicodeScalars.filter { !$0.properties.isWhitespace }))
    try Violation.unless(plain == written, "\(text) is read as \(written)")
  }
}

// MARK: File names

extension NameProperties {
  private static func check(_ name: String, under naming: MigrationNaming) throws(Violation) {
    let found = naming.classify(name)
    guard let (stem, suffix) = stem(of: name, naming) else {
      switch found {
      case .ignored, .script: return
      default: throw Violation("\(name) has no suffix of SQL files, and is \(found)")
      }
    }
    let expected = expected(stem, naming)
    switch (found, expected) {
    case (.migration(let found), .migration(let prefix, let version, let description)):
      try Violation.unless(found.description == description, "\(name): description \(found.description)")
      try Violation.unless(
        found.version?.description == version, "\(name): version \(found.version?.description ?? "")")
      try Violation.unless(prefix == self.prefix(of: found.kind, naming), "\(name): kind \(found.kind)")
      let written = "\(prefix)\(version ?? "")\(naming.separator)\(underscored(description))\(suffix)"
      try Violation.unless(naming.classify(written) == .migration(found), "\(name) written again is \(written)")
    case (.callback(let found), .callback(let event, let description)):
      let isSame = found.event.rawValue == event && found.description == description
      try Violation.unless(isSame, "\(name): \(found)")
    case (.invalid(let reason), .invalid):
      try Violation.unless(!reason.isEmpty, "\(name) is invalid without a reason")
    default:
      throw Violation("\(name) is \(found), not \(expected)")
    }
  }

  /// What the rules make of a name, in Flyway's words.
  private enum Expected {
    case migration(prefix: String, version: String?, description: String)
    case callback(event: String, description: String)
    case invalid
  }

  private static func expected(_ stem: String, _ naming: MigrationNaming) -> Expected {
    let migrations = [naming.versionedPrefix, naming.repeatablePrefix, naming.baselinePrefix, naming.undoPrefix]
    let events = CallbackEvent.allCases.map(\.rawValue)
    let fitting = (migrations + events).filter { Array(stem.utf16).starts(with: $0.utf16) }
    guard let prefix = fitting.max(by: { $0.utf16.count < $1.utf16.count }) else { return .invalid }
    let (head, description) = cut(Array(stem.utf16.dropFirst(prefix.utf16.count)), at: Array(naming.separator.utf16))
    let text = String(decoding: description.utf16.map { $0 == 95 ? 32 : $0 }, as: UTF16.self)
    if !migrations.contains(prefix) { return head.isEmpty ? .callback(event: prefix, description: text) : .invalid }
    if prefix == naming.repeatablePrefix {
      return head.isEmpty ? .migration(prefix: prefix, version: nil, description: text) : .invalid
    }
    guard let version = try? MigrationVersion(head) else { return .invalid }
    return .migration(prefix: prefix, version: version.description, description: text)
  }

  private static func cut(_ units: [UInt16], at separator: [UInt16]) -> (head: String, description: String) {
    for start in units.indices where units[start...].starts(with: separator) {
      let head = String(decoding: units[..<start], as: UTF16.self)
      return (head, String(decoding: units[(start + separator.count)...], as: UTF16.self))
    }
    return (String(decoding: units, as: UTF16.self), "")
  }

  /// The name without its suffix, code unit by code unit as Java compares.
  private static func stem(of name: String, _ naming: MigrationNaming) -> (stem: String, suffix: String)? {
    let units = Array(name.utf16)
    for suffix in naming.suffixes where units.count >= suffix.utf16.count {
      let end = units.suffix(suffix.utf16.count).map(lowered)
      guard end == suffix.utf16.map(lowered) else { continue }
      return (String(decoding: units.dropLast(suffix.utf16.count), as: UTF16.self), suffix)
    }
    return nil
  }

  private static func lowered(_ unit: UInt16) -> UInt16 { (65...90).contains(unit) ? unit + 32 : unit }

  private static func underscored(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 == 32 ? 95 : $0 }, as: UTF8.self)
  }

  private static func prefix(of kind: MigrationKind, _ naming: MigrationNaming) -> String {
    switch kind {
    case .versioned: naming.versionedPrefix
    case .repeatable: naming.repeatablePrefix
    case .baseline: naming.baselinePrefix
    case .undo: naming.undoPrefix
    }
  }
}
