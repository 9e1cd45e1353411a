internal import MigrationCore

extension ShapeReader {
  mutating func alter(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    let isForeign = cursor.isNext("foreign", "table")
    if isForeign { cursor.advance() }
    if cursor.take("table") {
      return cursor.isNext("all", "in") ? .known : alterTable(&cursor)
    }
    return alterOther(&cursor)
  }

  private func alterTable(_ cursor: inout TokenCursor) -> Shape {
    let isConditional = cursor.ifExists()
    _ = cursor.take("only")
    guard let table = cursor.name() else { return .opaque("its table is not understood") }
    _ = cursor.takeSymbol("*")
    let actions = cursor.rest.parts().map { part in
      var cursor = TokenCursor(part)
      return AlterAction(kind: Self.action(&cursor), range: part.byteRange)
    }
    guard !actions.isEmpty else { return .opaque("it changes nothing") }
    return .alterTable(AlterTable(table: table, isConditional: isConditional, actions: actions))
  }

  private static func action(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    switch cursor.word() {
    case "add":
      cursor.advance()
      return addition(&cursor)
    case "drop":
      cursor.advance()
      return removal(&cursor)
    case "alter":
      cursor.advance()
      return alteration(&cursor)
    case "rename":
      cursor.advance()
      return renaming(&cursor)
    case "validate":
      _ = cursor.take("validate", "constraint")
      return cursor.identifier().map { .validateConstraint($0.name) } ?? .unknown
    case "attach":
      _ = cursor.take("attach", "partition")
      return cursor.name().map { .attachPartition($0) } ?? .unknown
    case "detach":
      _ = cursor.take("detach", "partition")
      guard let partition = cursor.name() else { return .unknown }
      return .detachPartition(partition, isConcurrent: cursor.isAny(["concurrently", "finalize"]))
    default: return property(&cursor)
    }
  }

  private static func addition(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    if let constraint = tableConstraint(&cursor) { return .addConstraint(constraint) }
    _ = cursor.take("column")
    let offset = cursor.offset
    let isConditional = cursor.ifNotExists()
    guard let column = columnDefinition(&cursor) else { return .unknown }
    return .addColumn(column, isConditional: isConditional, nameOffset: offset)
  }

  private static func removal(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    if cursor.take("constraint") {
      _ = cursor.ifExists()
      return cursor.identifier().map { .dropConstraint($0.name) } ?? .unknown
    }
    _ = cursor.take("column")
    let isConditional = cursor.ifExists()
    return cursor.identifier().map { .dropColumn($0, isConditional: isConditional) } ?? .unknown
  }

  private static func alteration(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    if cursor.isNext("constraint") { return .other("ALTER CONSTRAINT") }
    _ = cursor.take("column")
    // Columns of an index have numbers.
    if cursor.kind() == .number { return .other("SET STATISTICS") }
    guard let column = cursor.identifier() else { return .unknown }
    if cursor.take("set", "not", "null") { return .setNotNull(column) }
    if cursor.take("drop", "not", "null") { return .dropNotNull(column) }
    if cursor.take("set", "default") { return .setDefault(column, Expression(lexemes: cursor.rest)) }
    if cursor.take("drop", "default") { return .dropDefault(column) }
    if cursor.isNext("type") || cursor.isNext("set", "data", "type") {
      if !cursor.take("type") { cursor.advance(3) }
      let type = typeName(&cursor)
      if cursor.take("collate") { _ = cursor.name() }
      let using = cursor.take("using") ? Expression(lexemes: cursor.rest) : nil
      return .alterType(column, type, using: using)
    }
    if cursor.isNext("add", "generated") { return .addIdentity(column) }
    let words = ["set", "drop", "reset", "restart", "options"]
    guard let first = cursor.word(), words.contains(first) else { return .unknown }
    let second = cursor.kind(1) == .openParenthesis ? "COLUMN OPTIONS" : (cursor.word(1) ?? "").uppercased()
    return .other(second.isEmpty ? first.uppercased() : "\(first.uppercased()) \(second)")
  }

  private static func renaming(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    if cursor.take("to") { return cursor.identifier().map { .renameTable(to: $0.name) } ?? .unknown }
    if cursor.take("constraint") {
      guard let old = cursor.identifier(), cursor.take("to"), let new = cursor.identifier() else { return .unknown }
      return .renameConstraint(old.name, to: new.name)
    }
    _ = cursor.take("column")
    guard let old = cursor.identifier(), cursor.take("to"), let new = cursor.identifier() else { return .unknown }
    return .renameColumn(old, to: new.name)
  }

  private static func property(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    if cursor.isNext("set", "logged") || cursor.isNext("set", "unlogged") || cursor.isNext("set", "tablespace") {
      return .rewrite("SET " + (cursor.word(1) ?? "").uppercased())
    }
    if cursor.isNext("set", "access", "method") { return .rewrite("SET ACCESS METHOD") }
    if cursor.take("set", "schema") { return cursor.identifier().map { .setSchema($0.name) } ?? .unknown }
    guard let first = cursor.takeAny(["enable", "disable"]) else { return plainProperty(&cursor) }
    _ = cursor.takeAny(["replica", "always"])
    guard let object = cursor.takeAny(["trigger", "rule", "row"]) else { return .unknown }
    return object == "trigger" ? .trigger : .other("\(first.uppercased()) \(object.uppercased())")
  }

  private static func plainProperty(_ cursor: inout TokenCursor) -> AlterAction.Kind {
    let known: [(words: [String], title: String)] = [
      (["owner", "to"], "OWNER TO"), (["set", "without"], "SET WITHOUT"), (["cluster", "on"], "CLUSTER ON"),
      (["inherit"], "INHERIT"), (["no", "inherit"], "NO INHERIT"), (["replica", "identity"], "REPLICA IDENTITY"),
      (["force", "row"], "FORCE ROW LEVEL SECURITY"), (["no", "force"], "NO FORCE ROW LEVEL SECURITY"),
      (["of"], "OF"), (["not", "of"], "NOT OF"), (["options"], "OPTIONS"), (["set"], "SET"), (["reset"], "RESET"),
    ]
    let match = known.first { entry in entry.words.indices.allSatisfy { cursor.word($0) == entry.words[$0] } }
    return match.map { .other($0.title) } ?? .unknown
  }
}

// MARK: Other objects

extension ShapeReader {
  private static let kinds: [[String]] = [
    ["materialized", "view"], ["foreign", "data", "wrapper"], ["event", "trigger"],
    ["text", "search", "configuration"],
    ["text", "search", "dictionary"], ["text", "search", "parser"], ["text", "search", "template"],
    ["default", "privileges"], ["large", "object"], ["operator", "class"], ["operator", "family"],
    ["user", "mapping"], ["access", "method"], ["foreign", "table"], ["owned"],
    ["index"], ["view"], ["sequence"], ["type"], ["domain"], ["schema"], ["function"], ["procedure"], ["routine"],
    ["aggregate"], ["trigger"], ["rule"], ["policy"], ["extension"], ["role"], ["user"], ["group"], ["database"],
    ["tablespace"], ["system"], ["publication"], ["subscription"], ["statistics"], ["server"], ["collation"],
    ["conversion"], ["language"], ["operator"], ["table"], ["cast"], ["transform"],
  ]

  static func kind(_ cursor: inout TokenCursor) -> String? {
    for words in kinds where words.indices.allSatisfy({ cursor.word($0) == words[$0] }) {
      cursor.advance(words.count)
      return words.joined(separator: " ")
    }
    return nil
  }

  private func alterOther(_ cursor: inout TokenCursor) -> Shape {
    guard let kind = Self.kind(&cursor) else { return .opaque("what it alters is not known") }
    guard kind != "default privileges", kind != "system" else {
      return .alterOther(AlterOther(kind: kind, name: nil, action: .other))
    }
    _ = cursor.ifExists()
    let name = cursor.name()
    if kind == "trigger" || kind == "policy" || kind == "rule", cursor.take("on"), let table = cursor.name() {
      return .alterOther(AlterOther(kind: kind, name: table, action: Self.otherAction(&cursor)))
    }
    _ = cursor.parenthesised()
    return .alterOther(AlterOther(kind: kind, name: name, action: Self.otherAction(&cursor)))
  }

  private static func otherAction(_ cursor: inout TokenCursor) -> AlterOther.Action {
    if cursor.take("rename", "to"), let name = cursor.identifier() { return .rename(to: name.name) }
    if cursor.take("rename"), cursor.takeAny(["value", "attribute", "column"]) != nil {
      return .renamePart(cursor.current?.text ?? "")
    }
    if cursor.take("add", "value") {
      _ = cursor.ifNotExists()
      return .addValue(cursor.current?.text ?? "")
    }
    if cursor.isNext("add"), let constraint = domainConstraint(cursor) { return constraint }
    if cursor.isNext("set", "schema") { return .setSchema }
    if cursor.isNext("set", "tablespace") { return .setTablespace }
    if cursor.isNext("owner", "to") { return .owner }
    return .other
  }

  private static func domainConstraint(_ start: TokenCursor) -> AlterOther.Action? {
    var cursor = start
    cursor.advance()
    return tableConstraint(&cursor).map { .addConstraint(isNotValid: $0.isNotValid) }
  }

  func drop(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    guard let kind = Self.kind(&cursor) else { return .opaque("what it drops is not known") }
    let isConcurrent = cursor.take("concurrently")
    let offset = cursor.offset
    let isConditional = cursor.ifExists()
    var names: [NamePlace] = []
    repeat {
      guard let name = cursor.name() else { break }
      names.append(name)
      _ = cursor.parenthesised()
    } while cursor.take(.comma)
    // Some kinds have no name, as `DROP CAST (a AS b)`.
    if names.isEmpty, ["table", "index", "view", "materialized view", "schema", "database"].contains(kind) {
      return .opaque("its name is not understood")
    }
    var table: NamePlace?
    if cursor.take("on") { table = cursor.name() }
    return .drop(
      Drop(
        kind: kind, names: names, isConditional: isConditional, isConcurrent: isConcurrent,
        isCascading: cursor.rest.has("cascade"), nameOffset: offset, table: table))
  }
}
