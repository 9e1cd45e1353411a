internal import MigrationCore

extension ShapeReader {
  func setting(_ cursor: inout TokenCursor) -> Shape {
    guard let verb = cursor.current else { return .known }
    cursor.advance()
    let isSet = verb.text == "set"
    if isSet, cursor.isAny(["transaction", "constraints"]) || cursor.isNext("session", "characteristics") {
      return .known
    }
    let isLocal = isSet && cursor.take("local")
    if !cursor.isNext("session", "authorization") { _ = cursor.take("session") }
    if isSet, cursor.isNext("transaction") { return .known }
    let scope: Setting.Scope = isSet ? isLocal ? .local : .session : .reset
    if let name = Self.spelledOut(&cursor) {
      return .set(
        Setting(name: name, value: cursor.current?.text, scope: scope, range: verb.range, isStatement: isSet))
    }
    guard let name = Self.dotted(&cursor) else { return isSet ? .opaque("the setting is not understood") : .known }
    if !cursor.take("to") { _ = cursor.takeSymbol("=") }
    let value = isSet && cursor.rest.count == 1 ? cursor.current?.text.lowercased() : nil
    return .set(Setting(name: name, value: value, scope: scope, range: verb.range, isStatement: isSet))
  }

  /// Settings that SQL has words of its own for, by PostgreSQL's names.
  private static func spelledOut(_ cursor: inout TokenCursor) -> String? {
    if cursor.take("session", "authorization") { return "session_authorization" }
    if cursor.take("time", "zone") { return "timezone" }
    if cursor.take("xml", "option") { return "xmloption" }
    if cursor.isNext("names") || cursor.isNext("schema"), cursor.kind(1) != .other, cursor.word(1) != "to" {
      return cursor.takeAny(["names"]) == nil && cursor.take("schema") ? "search_path" : "client_encoding"
    }
    return nil
  }

  private static func dotted(_ cursor: inout TokenCursor) -> String? {
    guard let first = cursor.identifier() else { return nil }
    var name = first.name
    while cursor.take(.dot), let next = cursor.identifier() { name += "." + next.name }
    return name.lowercased()
  }

  mutating func maintenance(_ cursor: inout TokenCursor) -> Shape {
    guard let verb = cursor.current?.text else { return .known }
    cursor.advance()
    let options = cursor.parenthesised() ?? []
    switch verb {
    case "vacuum":
      var isFull = Self.isOn("full", options)
      while let word = cursor.takeAny(["full", "freeze", "verbose", "analyze"]) { isFull = isFull || word == "full" }
      return .maintenance(
        Maintenance(kind: .vacuum(isFull: isFull), target: cursor.name(), optionOffset: cursor.offset))
    case "reindex": return reindex(&cursor, options)
    case "refresh":
      _ = cursor.take("materialized", "view")
      let offset = cursor.offset
      let isConcurrent = cursor.take("concurrently")
      return .maintenance(
        Maintenance(kind: .refresh(isConcurrent: isConcurrent), target: cursor.name(), optionOffset: offset))
    case "cluster":
      _ = cursor.take("verbose")
      let first = cursor.name()
      // `CLUSTER index ON table`, as before PostgreSQL 8.3.
      let target = cursor.take("on") ? cursor.name() : first
      return .maintenance(Maintenance(kind: .cluster, target: target, optionOffset: cursor.offset))
    default:
      _ = cursor.take("verbose")
      return .maintenance(Maintenance(kind: .analyze, target: cursor.name(), optionOffset: cursor.offset))
    }
  }

  /// Whether an option in parentheses is there, and not switched off.
  private static func isOn(_ option: String, _ options: ArraySlice<Lexeme>) -> Bool {
    guard let place = options.firstIndex(where: { $0.isWord(option) }) else { return false }
    return !["false", "off", "0"].contains(
      options.dropFirst(place - options.startIndex + 1).first?.text.lowercased() ?? "")
  }

  private func reindex(_ cursor: inout TokenCursor, _ options: ArraySlice<Lexeme>) -> Shape {
    _ = cursor.take("verbose")
    _ = cursor.takeAny(["index", "table", "schema", "database", "system"])
    let offset = cursor.offset
    let isConcurrent = cursor.take("concurrently") || Self.isOn("concurrently", options)
    return .maintenance(
      Maintenance(kind: .reindex(isConcurrent: isConcurrent), target: cursor.name(), optionOffset: offset))
  }
}

// MARK: DO

extension ShapeReader {
  /// Statements of plpgsql that begin a statement of SQL.
  private static let verbs: Set<String> = [
    "create", "alter", "drop", "insert", "update", "delete", "merge", "truncate", "select", "perform", "with", "set",
    "copy", "lock", "call", "grant", "revoke", "comment", "refresh", "vacuum", "analyze", "reindex", "cluster",
    "execute", "commit", "rollback",
  ]

  /// A `DO` block: statements inside it are read as if they stood alone.
  mutating func doBlock(_ cursor: TokenCursor) -> Shape {
    var dynamic: [Range<Int>] = []
    var mentions: [ColumnPlace] = []
    for literal in cursor.lexemes where literal.kind == .dollarString || literal.kind == .string {
      let body = Lexing.lexemes(bytes[bodyRange(literal)])
      mentions += Self.mentions(body[...])
      readBody(body[...], &dynamic)
    }
    return .procedure(Procedure(dynamic: dynamic, nodeMentions: mentions, range: cursor.lexemes.byteRange))
  }

  /// Without the quotes or the tags.
  private func bodyRange(_ literal: Lexeme) -> Range<Int> {
    let range = literal.range
    guard literal.kind == .dollarString else {
      return (range.lowerBound + 1)..<max(range.lowerBound + 1, range.upperBound - 1)
    }
    let inside = range.lowerBound + 1
    let tagEnd = bytes[inside..<range.upperBound].firstIndex(of: UInt8(ascii: "$")) ?? range.upperBound - 1
    let tag = tagEnd + 1 - range.lowerBound
    let end = max(tagEnd + 1, range.upperBound - tag)
    return (tagEnd + 1)..<end
  }

  private mutating func readBody(_ body: ArraySlice<Lexeme>, _ dynamic: inout [Range<Int>]) {
    var start = body.startIndex
    for index in body.indices {
      let lexeme = body[index]
      if lexeme.kind == .semicolon {
        readPiece(body[start..<index], &dynamic)
        start = index + 1
      } else if ["then", "loop", "else", "begin"].contains(lexeme.text), lexeme.kind == .word {
        // A CASE inside a statement of SQL has these words too.
        let isInStatement = start < index && body[start].kind == .word && Self.verbs.contains(body[start].text)
        if !isInStatement { start = index + 1 }
      }
    }
  }

  private mutating func readPiece(_ piece: ArraySlice<Lexeme>, _ dynamic: inout [Range<Int>]) {
    guard let first = piece.first, first.kind == .word, Self.verbs.contains(first.text) else { return }
    guard first.text == "execute" else { return embed(piece) }
    let rest = piece.dropFirst()
    guard let literal = rest.first, literal.kind == .string || literal.kind == .dollarString,
      rest.count == 1 || rest.dropFirst().first?.isWord("using") == true,
      !bytes[literal.range].dropFirst().dropLast().contains(UInt8(ascii: "'"))
    else {
      dynamic.append(piece.byteRange)
      return
    }
    embed(Lexing.lexemes(bytes[bodyRange(literal)])[...])
  }
}
