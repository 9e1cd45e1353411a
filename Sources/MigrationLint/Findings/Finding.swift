package import MigrationCore

/// What a rule has found at a place.
package struct Finding: Sendable, Hashable {
  /// The rule's name, such as `cit-unique`.
  package let rule: String
  /// How much it weighs, configuration considered.
  package let level: Level
  /// The file's path, as it was given.
  package let path: String
  /// Byte offsets in the file; empty where the file as a whole is meant.
  package let range: Range<Int>
  /// Of the first byte.
  package let start: SourcePosition
  /// Behind the last byte.
  package let end: SourcePosition
  /// What is wrong, in one or two sentences that name the objects.
  package let message: String
  /// What to do, in one or two sentences.
  package let remedy: String
  /// What `--fix` changes; empty where a person has to decide.
  package let edits: [Edit]
  /// Tells the finding from others of the file without regard to where it stands: for baselines.
  package let fingerprint: String
}

/// What a rule says about a range of one file, before configuration and positions are known.
struct Remark: Sendable {
  /// Byte offsets in the file.
  let range: Range<Int>
  let message: String
  /// Nil takes the rule's.
  var level: Level?
  /// Nil takes the rule's.
  var remedy: String?
  var edits: [Edit] = []
  /// The file's number, where it is not the one that is being read.
  var file: Int?
  /// The file's path, where there is no such file any more.
  var path: String?

  init(
    _ range: Range<Int>, _ message: String, level: Level? = nil, remedy: String? = nil, edits: [Edit] = [],
    file: Int? = nil, path: String? = nil
  ) {
    self.range = range
    self.message = message
    self.level = level
    self.remedy = remedy
    self.edits = edits
    self.file = file
    self.path = path
  }
}
