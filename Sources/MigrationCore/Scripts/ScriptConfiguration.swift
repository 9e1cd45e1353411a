package import Support

/// What the file `<script>.conf` beside a script says about it (`SqlScriptMetadata.java`).
package struct ScriptConfiguration: Sendable, Hashable {
  /// Overrides what the statements themselves say; nil leaves it to them.
  package var executeInTransaction: Bool?
  /// Overrides the setting of the same name; nil leaves it.
  package var placeholderReplacement: Bool?
  /// Overrides the setting of the same name, detection included; nil leaves both.
  package var encoding: CharacterEncoding?
  /// Whether the script counts at all: false leaves it out of every run, as `Ignored`.
  package var shouldExecute = true
  /// The condition of `shouldExecute` as written, placeholders and all; nil if there is none.
  package var shouldExecuteExpression: String?
  /// Comments that begin with `whimbrel:`, without that word: nothing to Flyway, which refuses keys that it does not know.
  package var remarks: [Remark] = []

  /// A comment and its line, from 1.
  package struct Remark: Sendable, Hashable {
    package let text: Substring
    package let line: Int
  }

  /// A configuration from its values.
  package init(
    executeInTransaction: Bool? = nil, placeholderReplacement: Bool? = nil, encoding: CharacterEncoding? = nil
  ) {
    self.executeInTransaction = executeInTransaction
    self.placeholderReplacement = placeholderReplacement
    self.encoding = encoding
  }

  /// How many bytes the file may have.
  package static let longest = 64 << 10
  /// The keys that may stand in the file.
  package static let keys = ["encoding", "executeInTransaction", "placeholderReplacement", "shouldExecute"]

  /// Reads the file's text (`JavaProperties`).
  ///
  /// - Parameter written: the text before placeholders were replaced, for `shouldExecuteExpression`.
  /// - Throws: `.invalidSetting` for an unknown key (with the nearest known one), a value that is no boolean, an
  ///   encoding that is not known, and a condition that cannot be read.
  package init(parsing text: String, written: String? = nil) throws(MigrationError) {
    self.init()
    guard text.utf8.count <= Self.longest else {
      throw MigrationError(
        .invalidSetting, "The file has more than \(Self.longest) bytes.", nextStep: "Keep only settings in it.")
    }
    for entry in try JavaProperties.parse(text) {
      try set(entry.key, entry.value, at: SourcePosition(byteOffset: 0, line: entry.line, column: 1))
    }
    remarks = JavaProperties.comments(text).compactMap { comment in
      let rest = comment.text.drop { $0 == " " || $0 == "\t" }
      guard rest.prefix(9).lowercased() == "whimbrel:" else { return nil }
      return Remark(text: rest.dropFirst(9), line: comment.line)
    }
    if shouldExecuteExpression != nil, let written {
      shouldExecuteExpression = try JavaProperties.parse(written).last { $0.key == "shouldExecute" }?.value
    }
  }

  private mutating func set(_ key: String, _ value: String, at place: SourcePosition) throws(MigrationError) {
    switch key {
    case "executeInTransaction": executeInTransaction = try Self.boolean(value, of: key, at: place)
    case "placeholderReplacement": placeholderReplacement = try Self.boolean(value, of: key, at: place)
    case "encoding":
      guard let known = CharacterEncoding(value) else {
        throw MigrationError(
          .invalidSetting, "The encoding `\(value.prefix(40))` is not known.",
          nextStep: "Write UTF-8, ISO-8859-1, windows-1252, UTF-16 or another name that iconv knows.", at: place)
      }
      encoding = known
    case "shouldExecute":
      guard let decided = ScriptCondition.evaluate(value) else {
        throw MigrationError(
          .invalidSetting, "The condition of `shouldExecute` cannot be read.",
          nextStep: "Write true, false, or comparisons like ${flyway:environment}==test with &&, || and ( ).", at: place
        )
      }
      shouldExecute = decided
      shouldExecuteExpression = value
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
}
