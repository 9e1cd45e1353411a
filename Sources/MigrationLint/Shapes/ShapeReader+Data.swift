internal import MigrationCore

extension ShapeReader {
  mutating func with(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    _ = cursor.take("recursive")
    repeat {
      guard cursor.identifier() != nil else { break }
      _ = cursor.parenthesised()
      guard cursor.take("as") else { break }
      _ = cursor.take("not")
      _ = cursor.take("materialized")
      guard let body = cursor.parenthesised() else { break }
      // Only what changes something is of interest.
      if let verb = body.first?.text, ["insert", "update", "delete", "merge"].contains(verb) { embed(body) }
      skipOrder(&cursor)
    } while cursor.take(.comma)
    let start = cursor.index
    guard start < cursor.lexemes.endIndex else { return .opaque("no statement follows its WITH") }
    let main = cursor.lexemes[start...]
    guard let verb = main.first?.text, verb != "with" else { return .opaque("its WITH is not understood") }
    if verb == "select" || verb == "values" || verb == "table" || main.first?.kind == .openParenthesis {
      return query(TokenCursor(cursor.lexemes))
    }
    return read(main)
  }

  /// `SEARCH DEPTH FIRST BY a, b SET c` and `CYCLE a, b SET c`: commas in them part no expressions of the WITH.
  private func skipOrder(_ cursor: inout TokenCursor) {
    while cursor.isNext("search") || cursor.isNext("cycle") {
      _ = cursor.upTo(["set"])
      guard cursor.take("set"), cursor.identifier() != nil else { return }
      if cursor.take("to") { _ = cursor.upTo(["using"]) }
      if cursor.take("using") { _ = cursor.identifier() }
    }
  }

  func insert(_ cursor: inout TokenCursor) -> Shape {
    guard cursor.take("insert", "into"), let table = cursor.name() else {
      return .opaque("its table is not understood")
    }
    if cursor.take("as") { _ = cursor.identifier() }
    var columns: [ColumnPlace] = []
    let isColumnList =
      cursor.kind() == .openParenthesis && !["select", "with", "values"].contains(cursor.word(1) ?? "")
    if isColumnList { columns = cursor.parenthesised()?.columns() ?? [] }
    var assignments: [Assignment] = []
    var condition: Expression?
    while !cursor.isAtEnd {
      _ = cursor.upTo(["on"])
      if cursor.take("on", "conflict") {
        _ = cursor.upTo(["do"])
        if cursor.take("do", "update", "set") {
          assignments = Self.assignments(&cursor)
          condition = Self.condition(&cursor)
        }
        break
      }
      cursor.advance()
    }
    return .insert(
      Insert(table: table, columns: columns, conflictAssignments: assignments, conflictCondition: condition))
  }

  func update(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    _ = cursor.take("only")
    guard let table = cursor.name() else { return .opaque("its table is not understood") }
    _ = cursor.upTo(["set"])
    guard cursor.take("set") else { return .opaque("it has no SET") }
    let assignments = Self.assignments(&cursor)
    _ = cursor.upTo(["where", "returning"])
    return .update(Update(table: table, assignments: assignments, condition: Self.condition(&cursor)))
  }

  func delete(_ cursor: inout TokenCursor) -> Shape {
    guard cursor.take("delete", "from") else { return .opaque("it has no FROM") }
    _ = cursor.take("only")
    guard let table = cursor.name() else { return .opaque("its table is not understood") }
    _ = cursor.upTo(["where", "returning"])
    return .delete(Delete(table: table, condition: Self.condition(&cursor)))
  }

  func merge(_ cursor: inout TokenCursor) -> Shape {
    guard cursor.take("merge", "into") else { return .opaque("it has no INTO") }
    _ = cursor.take("only")
    return cursor.name().map { .merge($0) } ?? .opaque("its table is not understood")
  }

  func truncate(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    _ = cursor.take("table")
    let tables = cursor.names()
    return tables.isEmpty ? .opaque("its table is not understood") : .truncate(tables)
  }

  func copy(_ cursor: inout TokenCursor) -> Shape {
    cursor.advance()
    guard cursor.kind() != .openParenthesis, let table = cursor.name() else { return .known }
    _ = cursor.parenthesised()
    return cursor.isNext("from") ? .copyIn(table) : .known
  }

  private static func condition(_ cursor: inout TokenCursor) -> Expression? {
    guard cursor.take("where") else { return nil }
    return Expression(lexemes: cursor.upTo(["returning"]))
  }

  /// `a = 1, (b, c) = (2, 3)` up to the clause behind it.
  private static func assignments(_ cursor: inout TokenCursor) -> [Assignment] {
    let all = cursor.upTo(["from", "where", "returning"])
    return all.parts().compactMap { part in
      var cursor = TokenCursor(part)
      let columns: [ColumnPlace]
      if let list = cursor.parenthesised() {
        columns = list.columns()
      } else if let column = cursor.identifier() {
        columns = [column]
      } else {
        return nil
      }
      let isPartial = cursor.current?.isSymbol("=") != true
      while !cursor.isAtEnd, !cursor.takeSymbol("=") { cursor.advance() }
      return Assignment(columns: columns, value: Expression(lexemes: cursor.rest), isPartial: isPartial)
    }
  }
}

// MARK: Queries

extension ShapeReader {
  /// What tells of the nodes of a cluster.
  static let nodeNames: Set<String> = [
    "master_get_active_worker_nodes", "citus_get_active_worker_nodes", "pg_dist_node", "citus_nodes",
    "citus_check_cluster_node_health", "citus_check_connection_to_node",
  ]

  func query(_ start: TokenCursor) -> Shape {
    var cursor = start
    var into: NamePlace?
    var hasCondition = false
    var isPlain = cursor.isNext("select") || cursor.isNext("perform")
    while let lexeme = cursor.current {
      switch lexeme.kind {
      case .openParenthesis: _ = cursor.parenthesised()
      // In a body, INTO names a variable.
      case .word where lexeme.text == "into" && into == nil && depth == 0:
        cursor.advance()
        _ = cursor.takeAny(["temp", "temporary", "unlogged"])
        _ = cursor.take("table")
        into = cursor.name()
      case .word:
        if lexeme.text == "where" { hasCondition = true }
        if Self.clauses.contains(lexeme.text) { isPlain = false }
        cursor.advance()
      default: cursor.advance()
      }
    }
    let end = start.lexemes.last?.range.upperBound
    return .query(
      Query(
        calls: Self.calls(in: start.lexemes), into: into, guardOffset: isPlain && !hasCondition ? end : nil,
        hasCondition: hasCondition, nodeMentions: Self.mentions(start.lexemes)))
  }

  private static let clauses: Set<String> = [
    "from", "where", "group", "having", "union", "except", "intersect", "order", "limit", "into", "values",
  ]

  static func mentions(_ lexemes: ArraySlice<Lexeme>) -> [ColumnPlace] {
    lexemes.compactMap { lexeme in
      lexeme.isName && nodeNames.contains(lexeme.text) ? ColumnPlace(name: lexeme.text, range: lexeme.range) : nil
    }
  }

  private static func calls(in lexemes: ArraySlice<Lexeme>) -> [Call] {
    var result: [Call] = []
    for index in lexemes.indices.dropLast()
    where lexemes[index].isName && lexemes[index + 1].kind == .openParenthesis
      && CitusFunctions.isKnown(lexemes[index].text)
    {
      var cursor = TokenCursor(lexemes[(index + 1)...])
      let arguments = (cursor.parenthesised() ?? []).parts().map(argument)
      result.append(
        Call(
          function: lexemes[index].text, arguments: arguments,
          range: lexemes[index].range.lowerBound..<max(cursor.offset, lexemes[index].range.upperBound)))
      if result.count == 1000 { break }
    }
    return result
  }

  private static func argument(_ part: ArraySlice<Lexeme>) -> Call.Argument {
    var cursor = TokenCursor(part)
    var label: String?
    let arrow = ["=", ":"].contains(part.dropFirst().first?.text ?? "")
    if arrow, part.count > 3, let name = cursor.identifier() {
      label = name.name
      cursor.advance(2)
    }
    let value = cursor.rest
    // `'bets'::regclass` is the literal.
    let isCast = value.count == 4 && value.dropFirst().first?.isSymbol(":") == true
    let isLiteral = value.first?.kind == .string && (value.count == 1 || isCast)
    let isSingle = isLiteral || value.count == 1
    return Call.Argument(
      label: label, value: isSingle ? value.first?.text : nil, isLiteral: isLiteral, range: value.byteRange)
  }
}
