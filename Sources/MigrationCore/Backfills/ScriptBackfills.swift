/// The backfills of a script, read off its line comments.
package struct ScriptBackfills: Sendable {
  /// Those that can be read, in order, as what a run sends one after the other.
  package private(set) var statements: [SQLStatement] = []
  /// What is wrong with the others; each has a place.
  package private(set) var problems: [MigrationError] = []

  /// Whether the script asks for a backfill, well or badly.
  package var isEmpty: Bool { statements.isEmpty && problems.isEmpty }

  /// None.
  init() {}

  /// - Parameter comments: the line comments of the script that may be directives, in order.
  init(_ bytes: [UInt8], comments: [Range<Int>]) {
    var cursor = PositionCursor()
    for comment in comments {
      let place = cursor.position(of: comment.lowerBound, in: bytes.span)
      do throws(MigrationError) {
        guard let backfill = try Self.backfill(bytes, comment) else { continue }
        statements.append(
          SQLStatement(
            text: String(decoding: bytes[comment], as: UTF8.self), position: place, facts: .backfill, backfill: backfill
          ))
      } catch {
        problems.append(error)
      }
    }
  }

  /// Why a script with a backfill is none: it holds statements as well, or is not of a kind that goes on where it was.
  ///
  /// - Parameter other: where the first statement begins.
  package func refusal(beside other: SQLStatement?, isVersioned: Bool, inTransaction: Bool?) -> MigrationError? {
    guard let first = statements.first?.position ?? problems.first?.position else { return nil }
    func wrong(_ what: String, _ nextStep: String, at place: SourcePosition) -> MigrationError {
      MigrationError(.invalidBackfill, "The backfill at \(first): \(what).", nextStep: nextStep, at: place)
    }
    if let other {
      return wrong(
        "the file also holds a statement, at \(other.position)",
        "Put the backfills into a migration of their own, which holds nothing else.", at: other.position)
    }
    if !isVersioned {
      return wrong(
        "only a versioned migration can hold one", "Put it into a versioned migration of its own.", at: first)
    }
    if inTransaction == true {
      return wrong(
        "each batch commits by itself, and the .conf says executeInTransaction=true", "Take that out of the .conf.",
        at: first)
    }
    return nil
  }

  // MARK: Reading

  /// Whether a line comment begins as a directive does: `-- whimbrel:`.
  static func isDirective(_ bytes: [UInt8], _ comment: Range<Int>) -> Bool { behindMark(bytes, comment) != nil }

  private static func behindMark(_ bytes: [UInt8], _ comment: Range<Int>) -> Int? {
    var offset = comment.lowerBound
    while offset < comment.upperBound, isBlank(bytes[offset]) || bytes[offset] == UInt8(ascii: "-") { offset += 1 }
    let mark = Array("whimbrel:".utf8)
    guard offset + mark.count <= comment.upperBound,
      zip(bytes[offset...], mark).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
    else { return nil }
    return offset + mark.count
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

  // Nil for directives of another kind.
  private static func backfill(_ bytes: [UInt8], _ comment: Range<Int>) throws(MigrationError) -> Backfill? {
    guard var offset = behindMark(bytes, comment) else { return nil }
    while offset < comment.upperBound, isBlank(bytes[offset]) { offset += 1 }
    let first = offset
    while offset < comment.upperBound, !SQLLexer.isSpace(bytes[offset]), bytes[offset] != UInt8(ascii: "=") {
      offset += 1
    }
    let word = String(decoding: bytes[first..<offset], as: UTF8.self)
    if word == "backfill" {
      var reading = BackfillReading(bytes, comment: comment, behind: offset)
      return try reading.read()
    }
    // What is misspelt would be an empty script.
    guard ["table", "set", "where", "batch"].contains(word) || NearestName.of(word, among: ["backfill"]) != nil else {
      return nil
    }
    throw BackfillReading.error(
      "'\(word.prefix(60))' is no directive", at: first, "Did you mean backfill?", in: bytes)
  }
}
