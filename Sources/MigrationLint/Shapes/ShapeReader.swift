internal import MigrationCore

/// Reads what a statement does off its lexemes: the one place where statements are recognised.
struct ShapeReader {
  /// The whole file.
  let bytes: [UInt8]
  /// What stands inside others.
  private(set) var embedded: [PlacedShape] = []
  var depth: Int

  init(bytes: [UInt8], depth: Int = 0) {
    self.bytes = bytes
    self.depth = depth
  }

  /// How deep statements in statements are followed.
  static let deepest = 2

  /// The statement's own shape first, then those of statements inside it.
  static func shapes(_ lexemes: [Lexeme], in bytes: [UInt8]) -> [PlacedShape] {
    var reader = ShapeReader(bytes: bytes)
    let shape = reader.read(lexemes[...])
    return [PlacedShape(shape: shape, range: lexemes[...].byteRange, isEmbedded: false)] + reader.embedded
  }

  mutating func embed(_ lexemes: ArraySlice<Lexeme>) {
    guard depth < Self.deepest, !lexemes.isEmpty else { return }
    var reader = ShapeReader(bytes: bytes, depth: depth + 1)
    let shape = reader.read(lexemes)
    embedded.append(PlacedShape(shape: shape, range: lexemes.byteRange, isEmbedded: true))
    embedded += reader.embedded
  }

  mutating func read(_ lexemes: ArraySlice<Lexeme>) -> Shape {
    var cursor = TokenCursor(lexemes)
    guard let first = cursor.current else { return .known }
    guard first.kind == .word else {
      return first.kind == .openParenthesis ? query(cursor) : .opaque("it does not begin with a keyword")
    }
    if let shape = readData(&cursor, first.text) { return shape }
    if let shape = readSession(&cursor, first.text) { return shape }
    switch first.text {
    case "create": return create(&cursor)
    case "alter": return alter(&cursor)
    case "drop": return drop(&cursor)
    case "do": return doBlock(cursor)
    case "with": return with(&cursor)
    case "vacuum", "analyze", "analyse", "cluster", "reindex", "refresh": return maintenance(&cursor)
    case let word where Self.harmless.contains(word): return .known
    case let word where ScriptMask.isPlaceholder(word): return .known
    default:
      return .opaque("statements that begin with `\(ScriptMask.shown(String(first.text.prefix(30))))` are not known")
    }
  }

  private static let harmless: Set<String> = [
    "comment", "grant", "revoke", "explain", "show", "checkpoint", "notify", "security", "reassign", "import", "fetch",
    "move", "close", "execute", "load",
  ]

  private mutating func readData(_ cursor: inout TokenCursor, _ word: String) -> Shape? {
    switch word {
    case "insert": insert(&cursor)
    case "update": update(&cursor)
    case "delete": delete(&cursor)
    case "merge": merge(&cursor)
    case "truncate": truncate(&cursor)
    case "copy": copy(&cursor)
    case "select", "values", "table", "call", "perform": query(cursor)
    default: nil
    }
  }

  private func readSession(_ cursor: inout TokenCursor, _ word: String) -> Shape? {
    switch word {
    case "set", "reset": return setting(&cursor)
    case "begin", "start": return .transaction(.begin)
    case "commit", "end": return .transaction(cursor.word(1) == "prepared" ? .commitPrepared : .commit)
    case "rollback", "abort":
      if cursor.word(1) == "prepared" { return .transaction(.rollbackPrepared) }
      let isToSavepoint = cursor.rest.has("to")
      return .transaction(isToSavepoint ? .rollbackToSavepoint : .rollback)
    case "savepoint": return .transaction(.savepoint)
    case "release": return .transaction(.releaseSavepoint)
    case "prepare": return cursor.word(1) == "transaction" ? .transaction(.prepareTransaction) : .session("PREPARE")
    // A cursor goes with its transaction, unless it is held.
    case "declare": return cursor.rest.has("hold") && !cursor.rest.has("without") ? .session("DECLARE") : .known
    case "listen", "unlisten", "discard", "deallocate": return .session(word.uppercased())
    case "lock":
      cursor.advance()
      _ = cursor.take("table")
      return .lockTables(cursor.names())
    default: return nil
    }
  }
}
