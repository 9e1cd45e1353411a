internal import MigrationCore

extension ShapeReader {
  mutating func create(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    let isReplacing = cursor.take("or", "replace")
    let modifiers = Self.modifiers(&cursor)
    switch cursor.word() {
    case "table":
      cursor.advance()
      return createTable(&cursor, persistence: modifiers)
    case "unique" where cursor.word(1) == "index":
      cursor.advance(2)
      return createIndex(&cursor, isUnique: true)
    case "index":
      cursor.advance()
      return createIndex(&cursor, isUnique: false)
    case "view":
      cursor.advance()
      return createView(&cursor, isMaterialized: false, isReplacing: isReplacing)
    case "materialized" where cursor.word(1) == "view":
      cursor.advance(2)
      return createView(&cursor, isMaterialized: true, isReplacing: isReplacing)
    case "trigger", "constraint": return createTrigger(&cursor)
    case "rule":
      _ = cursor.upTo(["to"])
      cursor.advance()
      return cursor.name().map { .createRule(table: $0) } ?? .opaque("its table is not understood")
    case "function", "procedure", "aggregate": return createFunction(&cursor, isReplacing: isReplacing)
    case "policy": return createPolicy(&cursor)
    case "sequence": return createSequence(&cursor)
    default: return createOther(&cursor)
    }
  }

  private static func modifiers(_ cursor: inout TokenCursor) -> CreateTable.Persistence {
    var result = CreateTable.Persistence.permanent
    while let word = cursor.takeAny(["global", "local", "temp", "temporary", "unlogged", "recursive"]) {
      if word == "temp" || word == "temporary" { result = .temporary }
      if word == "unlogged" { result = .unlogged }
    }
    if cursor.isNext("foreign", "table") {
      cursor.advance()
      result = .foreign
    }
    return result
  }

  private func createView(_ cursor: inout TokenCursor, isMaterialized: Bool, isReplacing: Bool) -> Shape {
    let offset = cursor.offset
    let isConditional = cursor.ifNotExists()
    guard let name = cursor.name() else { return .opaque("its name is not understood") }
    return .createView(
      CreateView(
        name: name, isMaterialized: isMaterialized, isReplacing: isReplacing, isConditional: isConditional,
        nameOffset: offset))
  }

  private func createTrigger(_ cursor: inout TokenCursor) -> Shape {
    _ = cursor.take("constraint")
    guard cursor.take("trigger"), let name = cursor.identifier() else { return .opaque("its name is not understood") }
    // The columns of `UPDATE OF a, b` and a condition with parentheses may come before.
    _ = cursor.upTo(["on"])
    guard cursor.take("on"), let table = cursor.name() else { return .opaque("its table is not understood") }
    return .createTrigger(name: name.name, table: table)
  }

  private func createFunction(_ cursor: inout TokenCursor, isReplacing: Bool) -> Shape {
    cursor.advance()
    guard let name = cursor.name() else { return .opaque("its name is not understood") }
    _ = cursor.parenthesised()
    let returnsTrigger = cursor.isNext("returns", "trigger")
    return .createFunction(CreateFunction(name: name, isReplacing: isReplacing, returnsTrigger: returnsTrigger))
  }

  private func createPolicy(_ cursor: inout TokenCursor) -> Shape {
    _ = cursor.upTo(["on"])
    cursor.advance()
    guard let table = cursor.name() else { return .opaque("its table is not understood") }
    // Not the SELECT of `FOR SELECT`.
    let conditions = cursor.rest.drop { $0.kind != .openParenthesis }
    return .createPolicy(table: table, hasSubquery: conditions.has("select"))
  }

  private func createSequence(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    _ = cursor.ifNotExists()
    guard let name = cursor.name() else { return .opaque("its name is not understood") }
    _ = cursor.upTo(["owned"])
    guard cursor.take("owned", "by"), !cursor.isNext("none") else { return .createSequence(name: name, owner: nil) }
    return .createSequence(name: name, owner: Self.tableOfColumn(&cursor))
  }

  /// Of `schema.table.column` the table.
  private static func tableOfColumn(_ cursor: inout TokenCursor) -> NamePlace? {
    var parts: [ColumnPlace] = []
    while let part = cursor.identifier() {
      parts.append(part)
      guard cursor.take(.dot) else { break }
    }
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return nil }
    let names = parts.dropLast().suffix(2).map(\.name)
    return NamePlace(
      name: ObjectName(schema: names.count > 1 ? names.first : nil, name: names[names.count - 1]),
      range: first.range.lowerBound..<last.range.upperBound)
  }

  private static let otherKinds: Set<String> = [
    "schema", "type", "domain", "extension", "role", "user", "group", "database", "tablespace", "collation",
    "conversion", "cast", "operator", "language", "statistics", "publication", "subscription", "server", "transform",
    "access", "event", "text", "foreign", "trusted", "procedural", "default",
  ]

  private func createOther(_ cursor: inout TokenCursor) -> Shape {
    guard let first = cursor.takeAny(Self.otherKinds) else {
      return cursor.word().map(ScriptMask.isPlaceholder) == true
        ? .known : .opaque("what it creates is not known")
    }
    var kind = first
    if ["event", "text", "access", "foreign", "operator", "user", "trusted", "procedural"].contains(first),
      let more = cursor.takeAny(["trigger", "search", "method", "data", "class", "family", "mapping", "language"])
    {
      kind += " " + more
      _ = cursor.takeAny(["wrapper", "configuration", "dictionary", "parser", "template", "for"])
    }
    let offset = cursor.offset
    let isConditional = cursor.ifNotExists()
    return .createOther(
      CreateOther(kind: kind, name: cursor.name(), isConditional: isConditional, nameOffset: offset))
  }
}

// MARK: Indexes

extension ShapeReader {
  fileprivate func createIndex(_ cursor: inout TokenCursor, isUnique: Bool) -> Shape {
    let optionOffset = cursor.offset
    let isConcurrent = cursor.take("concurrently")
    let conditionStart = cursor.current?.range.lowerBound ?? 0
    let condition = cursor.ifNotExists() ? conditionStart..<cursor.offset : nil
    let name = cursor.isNext("on") ? nil : cursor.name()
    guard cursor.take("on") else { return .opaque("its table is not understood") }
    let isOnly = cursor.take("only")
    guard let table = cursor.name() else { return .opaque("its table is not understood") }
    let method = cursor.take("using") ? cursor.identifier()?.name ?? "btree" : "btree"
    guard cursor.kind() == .openParenthesis, let open = cursor.current else {
      return .opaque("its columns are not understood")
    }
    let elements = (cursor.parenthesised() ?? []).parts().map(Self.element)
    let rest = cursor.rest
    return .createIndex(
      CreateIndex(
        name: name, table: table, isUnique: isUnique, isConcurrent: isConcurrent, condition: condition,
        optionOffset: optionOffset, isOnly: isOnly, method: method, elements: elements,
        elementsOffset: open.range.upperBound, hasTablespace: rest.has("tablespace"), isPartial: rest.has("where")))
  }

  private static func element(_ part: ArraySlice<Lexeme>) -> CreateIndex.Element {
    let isCall = part.dropFirst().first?.kind == .openParenthesis
    let column = part.first.flatMap { $0.isName && !isCall ? $0.text : nil }
    return CreateIndex.Element(column: column, range: part.byteRange)
  }
}
