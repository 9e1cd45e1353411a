/// What the file `<script>.conf` beside a script says about it (`SqlScriptMetadata.java`).
package struct ScriptConfiguration: Sendable, Hashable {
  /// Overrides what the statements themselves say; nil leaves it to them.
  package var executeInTransaction: Bool?
  /// Overrides the setting of the same name; nil leaves it.
  package var placeholderReplacement: Bool?

  /// A configuration from its values.
  package init(executeInTransaction: Bool? = nil, placeholderReplacement: Bool? = nil) {
    self.executeInTransaction = executeInTransaction
    self.placeholderReplacement = placeholderReplacement
  }

  /// How many bytes the file may have.
  package static let longest = 64 << 10
  /// The keys that may stand in the file.
  package static let keys = ["encoding", "executeInTransaction", "placeholderReplacement"]

  /// Reads the file's text: `key=value` lines, `#` and `!` comments.
  ///
  /// - Throws: `.invalidSetting` for an unknown key (with the nearest known one), a value that is no boolean, another
  ///   encoding than UTF-8, and `shouldExecute`.
  package init(parsing text: String) throws(MigrationError) {
    self.init()
    guard text.utf8.count <= Self.longest else {
      throw MigrationError(
        .invalidSetting, "The file has more than \(Self.longest) bytes.", nextStep: "Keep only settings in it.")
    }
    var number = 0
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      number += 1
      let content = Self.trim(line)
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix("!") { continue }
      let place = SourcePosition(
        byteOffset: text.utf8.distance(from: text.startIndex, to: line.startIndex), line: number, column: 1)
      guard let border = content.firstIndex(where: { $0 == "=" || $0 == ":" }) else {
        throw MigrationError(
          .invalidSetting, "`\(content.prefix(100))` in line \(number) is no setting.",
          nextStep: "Write key=value.", at: place)
      }
      let key = Self.trim(content[..<border])
      let value = Self.trim(content[content.index(after: border)...])
      try set(key, value, at: place)
    }
  }

  private mutating func set(_ key: String, _ value: String, at place: SourcePosition) throws(MigrationError) {
    switch key {
    case "executeInTransaction": executeInTransaction = try Self.boolean(value, of: key, at: place)
    case "placeholderReplacement": placeholderReplacement = try Self.boolean(value, of: key, at: place)
    case "encoding":
      guard ["utf-8", "utf8"].contains(value.lowercased()) else {
        throw MigrationError(
          .invalidSetting, "The encoding `\(value.prefix(40))` is not supported: scripts are read as UTF-8.",
          nextStep: "Save the script as UTF-8 and delete the line.", at: place)
      }
    case "shouldExecute":
      throw MigrationError(
        .invalidSetting, "`shouldExecute` is not supported: a migration that is there is run.",
        nextStep: "Delete the line; for what differs between environments, use another directory.", at: place)
    default:
      let near = NearestName.of(key, among: Self.keys)
      throw MigrationError(
        .invalidSetting, "`\(key.prefix(60))` is not a setting of a script's .conf.",
        nextStep: near.map { "Did you mean \($0)?" } ?? "Known are \(Self.keys.joined(separator: ", ")).", at: place)
    }
  }

  private static func boolean(_ value: String, of key: String, at place: SourcePosition) throws(MigrationError) -> Bool
  {
    switch value.lowercased() {
    case "true": return true
    case "false": return false
    default:
      throw MigrationError(
        .invalidSetting, "`\(key)` is `\(value.prefix(40))`; it can be true or false.",
        nextStep: "Write true or false.",
        at: place)
    }
  }

  private static func trim(_ text: some StringProtocol) -> String {
    let blanks: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\u{0C}" }
    var rest = Substring(text).drop(while: blanks)
    while let last = rest.last, blanks(last) { rest.removeLast() }
    return String(rest)
  }
}
