internal import MigrationCore
internal import Support

/// A migration file to be made: its name and its text, decided from what is there already.
struct NewMigration: Sendable, Equatable {
  /// Where its version comes from.
  enum Numbering: Sendable, Equatable {
    /// `20261122183015`, in UTC.
    case timestamp(Timestamp)
    /// The next whole number after the highest version.
    case sequential
  }

  let fileName: String
  let text: String
  /// What the user should know besides.
  let warning: String?

  /// Decides on a file.
  ///
  /// - Parameter existing: the names of all files in the locations, without directories.
  /// - Throws: `usage` for a description of nothing, `duplicate` when version or description are taken, `unsuitable` when
  ///   there is no next number.
  init(
    description: String, numbering: Numbering, existing: [String], naming: MigrationNaming
  ) throws(CommandError) {
    let words = Self.words(of: description)
    guard !words.isEmpty else {
      throw CommandError(
        .usage, "A migration needs a description.", nextStep: "Write whimbrel new \"add user preferences\".")
    }
    let known = Self.known(existing, naming)
    let version =
      switch numbering {
      case .timestamp(let now): Self.version(of: now)
      case .sequential: try Self.next(after: known)
      }
    let name = naming.versionedPrefix + version + naming.separator + words + (naming.suffixes.first ?? ".sql")
    guard name.utf8.count <= 255, words.utf16.count <= HistoryText.longestDescription else {
      throw CommandError(.usage, "The description is too long for a file name.", nextStep: "Take fewer words.")
    }
    try Self.refuseDuplicates(name, known, existing, naming)
    fileName = name
    text = MigrationTemplate.text(table: Self.tableName(words))
    warning = Self.warning(name, known, naming)
  }

  private typealias Known = (file: String, name: MigrationName)

  private static func known(_ files: [String], _ naming: MigrationNaming) -> [Known] {
    files.compactMap { file in
      switch naming.classify(file) {
      case .migration(let name), .script(let name): (file, name)
      default: nil
      }
    }
  }

  /// The description as it stands in the file's name: letters and digits of any script, `-` and `.`, the rest as `_`.
  private static func words(of description: String) -> String {
    let scalars = description.unicodeScalars.map { scalar -> Character in
      let isKept =
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-.".unicodeScalars.contains(scalar)
        || scalar.properties.generalCategory == .nonspacingMark
      return isKept ? Character(scalar) : " "
    }
    return String(scalars).split(separator: " ").joined(separator: "_")
  }

  private static func version(of moment: Timestamp) -> String {
    String(moment.rfc3339.filter { $0.isASCII && $0.isNumber })
  }

  /// `add_user_preferences` is about `user_preferences`.
  private static func tableName(_ words: String) -> String {
    let verbs: Set<String> = ["add", "create", "make", "new", "introduce", "table"]
    let parts = words.lowercased().split { !($0.isLetter || $0.isNumber) }.map(String.init)
    let rest = parts.filter { !verbs.contains($0) }
    let name = rest.joined(separator: "_")
    return name.isEmpty || name.first?.isNumber == true || !name.allSatisfy(\.isASCII) ? "things" : name
  }
}

// MARK: What is there already

extension NewMigration {
  private static func next(after known: [Known]) throws(CommandError) -> String {
    let versions = known.filter { $0.name.kind == .versioned || $0.name.kind == .baseline }
    let highest = versions.compactMap(\.name.version).max()
    guard let highest else { return "1" }
    let head = String(highest.description.prefix { $0 != "." })
    guard !head.isEmpty, head.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      throw CommandError(
        .unsuitable, "There is no next number after version \(VisibleText.cell(highest.description.prefix(60))).",
        nextStep: "Leave --sequential out.")
    }
    guard head.count < 12 else {
      throw CommandError(
        .unsuitable, "The highest version, \(head.prefix(60)), is no number in a sequence but a time.",
        nextStep: "Leave --sequential out: the versions here are timestamps.")
    }
    return increment(head)
  }

  /// One more, with as many digits at least.
  private static func increment(_ digits: String) -> String {
    var result: [UInt8] = []
    var carry = true
    for byte in digits.utf8.reversed() {
      let next = carry ? (byte == UInt8(ascii: "9") ? UInt8(ascii: "0") : byte + 1) : byte
      carry = carry && byte == UInt8(ascii: "9")
      result.append(next)
    }
    if carry { result.append(UInt8(ascii: "1")) }
    return String(decoding: result.reversed(), as: UTF8.self)
  }

  private static func refuseDuplicates(
    _ name: String, _ known: [Known], _ existing: [String], _ naming: MigrationNaming
  ) throws(CommandError) {
    guard case .migration(let new) = naming.classify(name) else {
      throw CommandError(
        .unsuitable, "\(VisibleText.cell(name)) would not be a migration's name.",
        nextStep: "Take other words for the description.")
    }
    let versioned = known.filter { $0.name.kind == .versioned }
    if let other = versioned.first(where: { $0.name.version == new.version }) {
      throw CommandError(
        .duplicate, "\(VisibleText.cell(other.file)) has the version \(new.version?.description ?? "") already.",
        nextStep: "Try again in a second.")
    }
    let taken = versioned.first { $0.name.description.lowercased() == new.description.lowercased() }
    if let taken {
      throw CommandError(
        .duplicate, "\(VisibleText.cell(taken.file)) has this description already.",
        nextStep: "Edit that file if it is not applied yet, or take another description.")
    }
  }

  private static func warning(_ name: String, _ known: [Known], _ naming: MigrationNaming) -> String? {
    guard case .migration(let new) = naming.classify(name), let version = new.version else { return nil }
    let higher = known.filter { $0.name.kind == .versioned }.max {
      guard let left = $0.name.version, let right = $1.name.version else { return false }
      return left < right
    }
    guard let higher, let top = higher.name.version, top > version else { return nil }
    return "\(VisibleText.cell(higher.file)) has a higher version: where that is applied, "
      + "this one is ignored unless outOfOrder is true."
  }
}
