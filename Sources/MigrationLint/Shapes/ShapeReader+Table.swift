internal import MigrationCore

extension ShapeReader {
  func createTable(_ cursor: inout TokenCursor, persistence: CreateTable.Persistence) -> Shape {
    let offset = cursor.offset
    let isConditional = cursor.ifNotExists()
    guard let name = cursor.name() else { return .opaque("its name is not understood") }
    var table = CreateTable(name: name)
    table.persistence = persistence
    table.isConditional = isConditional
    table.nameOffset = offset
    if cursor.take("partition", "of") {
      table.partitionOf = cursor.name()
      table.hasUnknownColumns = true
    } else if cursor.take("of") {
      table.hasUnknownColumns = true
      _ = cursor.name()
    }
    if let elements = cursor.parenthesised() {
      for part in elements.parts() { Self.add(part, to: &table) }
    }
    readClauses(&cursor, into: &table)
    return .createTable(table)
  }

  private func readClauses(_ cursor: inout TokenCursor, into table: inout CreateTable) {
    while !cursor.isAtEnd {
      if cursor.take("inherits") {
        table.parents = (cursor.parenthesised() ?? []).parts().compactMap { part in
          var cursor = TokenCursor(part)
          return cursor.name()
        }
      } else if cursor.take("partition", "by") {
        cursor.advance()
        table.partitionColumns = (cursor.parenthesised() ?? []).columns().map(\.name)
      } else if cursor.take("on", "commit") {
        table.isDroppedOnCommit = cursor.take("drop")
      } else if cursor.take("as") {
        table.isFromQuery = true
        table.hasUnknownColumns = true
        return
      } else if cursor.parenthesised() == nil {
        cursor.advance()
      }
    }
  }

  private static func add(_ part: ArraySlice<Lexeme>, to table: inout CreateTable) {
    var cursor = TokenCursor(part)
    if cursor.take("like") {
      if let source = cursor.name() { table.likes.append(source) }
      table.hasUnknownColumns = true
    } else if let constraint = tableConstraint(&cursor) {
      table.constraints.append(constraint)
    } else if let column = columnDefinition(&cursor) {
      table.columns.append(column)
      table.constraints += column.constraints
    }
  }
}

// MARK: Columns

extension ShapeReader {
  private static let columnClauses: Set<String> = [
    "collate", "constraint", "not", "null", "check", "default", "generated", "unique", "primary", "references",
    "storage", "compression", "deferrable", "initially", "using", "options", "with",
  ]

  static func columnDefinition(_ cursor: inout TokenCursor) -> ColumnDefinition? {
    let start = cursor.index
    guard let name = cursor.identifier() else { return nil }
    let type = typeName(&cursor)
    let end = cursor.lexemes.last?.range.upperBound ?? name.range.upperBound
    var column = ColumnDefinition(
      name: name, type: type, range: cursor.lexemes[start].range.lowerBound..<end)
    while !cursor.isAtEnd { readClause(&cursor, into: &column) }
    return column
  }

  /// A type up to the first word that cannot belong to it.
  static func typeName(_ cursor: inout TokenCursor) -> TypeName {
    var words: [String] = []
    var modifiers: [Int] = []
    let start = cursor.current?.range.lowerBound ?? cursor.offset
    while let lexeme = cursor.current {
      // `timestamp with time zone` holds a word that begins a clause elsewhere.
      let isZone = cursor.isNext("with", "time", "zone") || cursor.isNext("without", "time", "zone")
      if isZone {
        words += [lexeme.text, "time", "zone"]
        cursor.advance(3)
      } else if lexeme.kind == .word, columnClauses.contains(lexeme.text) {
        break
      } else if lexeme.isWord("array"), !words.isEmpty {
        // Its bound, if there is one, stands behind.
        words[words.count - 1] += "[]"
        cursor.advance()
        if cursor.current?.text == "[" { cursor.advance(3) }
      } else if lexeme.kind == .openParenthesis {
        modifiers = (cursor.parenthesised() ?? []).compactMap { Int($0.text) }
      } else if lexeme.kind == .dot || lexeme.text == "[" || lexeme.text == "]" || words.last?.hasSuffix(".") == true {
        words = Array(words.dropLast()) + [(words.last ?? "") + lexeme.text]
        cursor.advance()
      } else if lexeme.isName || lexeme.kind == .number {
        // "char" in quotes is another type than char.
        if lexeme.isName { words.append(lexeme.kind == .word || lexeme.text != "char" ? lexeme.text : "\"char\"") }
        cursor.advance()
      } else {
        break
      }
    }
    return TypeName(
      base: words.joined(separator: " "), modifiers: modifiers, range: start..<max(start, cursor.offset))
  }

  private static func readClause(_ cursor: inout TokenCursor, into column: inout ColumnDefinition) {
    let start = cursor.current?.range.lowerBound ?? 0
    let name = cursor.take("constraint") ? cursor.identifier()?.name : nil
    if cursor.take("not", "null") {
      column.isNotNull = true
    } else if cursor.isNext("default", "null") {
      column.fallback = Expression(lexemes: cursor.lexemes[(cursor.index + 1)..<(cursor.index + 2)])
      cursor.advance(2)
    } else if cursor.take("default") {
      column.fallback = Expression(lexemes: cursor.upTo(Self.columnClauses.subtracting(["with", "using", "options"])))
    } else if cursor.take("generated") {
      readGeneration(&cursor, into: &column)
    } else if let constraint = inlineConstraint(&cursor, name: name, column: column.name, start: start) {
      if constraint.kind == .primaryKey { column.isNotNull = true }
      column.constraints.append(constraint)
    } else if cursor.parenthesised() == nil {
      cursor.advance()
    }
  }

  private static func readGeneration(_ cursor: inout TokenCursor, into column: inout ColumnDefinition) {
    _ = cursor.upTo(["as"])
    guard cursor.take("as") else { return }
    if cursor.take("identity") {
      column.isIdentity = true
      column.isNotNull = true
      _ = cursor.parenthesised()
    } else {
      _ = cursor.parenthesised()
      column.generated = cursor.takeAny(["stored"]) == nil ? .virtual : .stored
      _ = cursor.take("virtual")
    }
  }

  private static func inlineConstraint(
    _ cursor: inout TokenCursor, name: String?, column: ColumnPlace, start: Int
  ) -> ConstraintDefinition? {
    let kind: ConstraintDefinition.Kind
    var reference: ForeignReference?
    var columns = [column]
    if cursor.take("primary", "key") {
      kind = .primaryKey
    } else if cursor.take("unique") {
      kind = .unique
    } else if cursor.take("check") {
      kind = .check
      columns = Self.notNullColumns(cursor.parenthesised() ?? [])
    } else if cursor.take("references") {
      kind = .foreignKey
      reference = foreignReference(&cursor)
      guard reference != nil else { return nil }
    } else {
      return nil
    }
    return ConstraintDefinition(
      name: name, kind: kind, columns: columns, reference: reference, range: start..<cursor.offset, isInline: true)
  }
}

// MARK: Constraints

extension ShapeReader {
  static func tableConstraint(_ cursor: inout TokenCursor) -> ConstraintDefinition? {
    let start = cursor.current?.range.lowerBound ?? 0
    var probe = cursor
    let name = probe.take("constraint") ? probe.identifier()?.name : nil
    guard let kind = constraintKind(&probe) else { return nil }
    cursor = probe
    var constraint = ConstraintDefinition(kind: kind, range: start..<start)
    constraint.name = name
    readBody(&cursor, into: &constraint)
    let rest = cursor.rest
    // What is not enforced is not checked either.
    let isNotValid = zip(rest, rest.dropFirst()).contains {
      $0.isWord("not") && ($1.isWord("valid") || $1.isWord("enforced"))
    }
    var result = ConstraintDefinition(
      kind: kind, range: start..<(cursor.lexemes.last?.range.upperBound ?? cursor.offset))
    result.name = name
    result.columns = constraint.columns
    result.columnsOffset = constraint.columnsOffset
    result.usesIndex = constraint.usesIndex
    result.reference = constraint.reference
    result.isNotValid = isNotValid
    return result
  }

  private static func constraintKind(_ cursor: inout TokenCursor) -> ConstraintDefinition.Kind? {
    if cursor.take("primary", "key") { return .primaryKey }
    if cursor.take("foreign", "key") { return .foreignKey }
    if cursor.take("unique") { return .unique }
    if cursor.take("check") { return .check }
    if cursor.isNext("not", "null") {
      cursor.advance(2)
      return .notNull
    }
    // `exclude` may be a column's name.
    if cursor.isNext("exclude"), cursor.word(1) == "using" || cursor.kind(1) == .openParenthesis {
      cursor.advance()
      return .exclude
    }
    return nil
  }

  private static func readBody(_ cursor: inout TokenCursor, into constraint: inout ConstraintDefinition) {
    if constraint.kind == .notNull {
      constraint.columns = cursor.identifier().map { [$0] } ?? []
      return
    }
    if cursor.take("using", "index") {
      constraint.usesIndex = cursor.identifier()?.name ?? ""
      return
    }
    if cursor.take("nulls") {
      _ = cursor.take("not")
      _ = cursor.take("distinct")
    }
    if constraint.kind == .exclude, cursor.take("using") { _ = cursor.identifier() }
    let open = cursor.current?.range.upperBound
    guard let content = cursor.parenthesised() else { return }
    if constraint.kind == .check {
      constraint.columns = notNullColumns(content)
      return
    }
    constraint.columns = constraint.kind == .exclude ? equalityColumns(content) : content.columns()
    constraint.columnsOffset = open
    if constraint.kind == .foreignKey, cursor.take("references") { constraint.reference = foreignReference(&cursor) }
  }

  /// `EXCLUDE USING gist (a WITH =, b WITH &&)`: those compared for equality.
  private static func equalityColumns(_ content: ArraySlice<Lexeme>) -> [ColumnPlace] {
    content.parts().filter { part in
      part.last?.isSymbol("=") == true && part.dropLast().last?.isWord("with") == true
    }.flatMap { $0.columns() }
  }

  /// Of `CHECK (a IS NOT NULL AND b IS NOT NULL)` both columns; nothing if an OR stands there.
  private static func notNullColumns(_ content: ArraySlice<Lexeme>) -> [ColumnPlace] {
    guard !content.has("or") else { return [] }
    return content.indices.compactMap { index in
      let column = content[index]
      let words = content[(index + 1)...].prefix(3).map(\.text)
      return column.isName && words == ["is", "not", "null"]
        ? ColumnPlace(name: column.text, range: column.range) : nil
    }
  }

  private static func foreignReference(_ cursor: inout TokenCursor) -> ForeignReference? {
    guard let table = cursor.name() else { return nil }
    let columns = (cursor.parenthesised() ?? []).columns().map(\.name)
    var reference = ForeignReference(table: table, columns: columns)
    while !cursor.isAtEnd {
      if cursor.take("match") {
        cursor.advance()
      } else if cursor.take("on", "delete") {
        reference.onDelete = referentialAction(&cursor)
        // Since PostgreSQL 15.
        if reference.onDelete?.hasPrefix("set") == true {
          reference.deleteColumns = cursor.parenthesised()?.columns().map(\.name)
        }
      } else if cursor.take("on", "update") {
        reference.onUpdate = referentialAction(&cursor)
      } else {
        break
      }
    }
    return reference
  }

  private static func referentialAction(_ cursor: inout TokenCursor) -> String? {
    guard let first = cursor.takeAny(["no", "restrict", "cascade", "set"]) else { return nil }
    let second = cursor.takeAny(["action", "null", "default"])
    return [first, second].compactMap { $0 }.joined(separator: " ")
  }
}
