extension StatementSource {
  /// Whether the statement works through rows: a table that the same script created is taken as empty.
  ///
  /// It decides only how many shards Citus works on at once; a wrong answer costs time, never correctness.
  func touchesData(createdTables: Set<ObjectName>) -> Bool {
    if startsWith("CREATE") { return createTouchesData(createdTables) }
    if startsWith("ALTER", "TABLE") { return alterTouchesData(createdTables) }
    if startsWith("UPDATE") || startsWith("DELETE") || startsWith("MERGE") { return true }
    if startsWith("COPY") { return has("FROM") }
    if startsWith("REINDEX") || startsWith("VACUUM") || startsWith("CLUSTER") || startsWith("ANALYZE") { return true }
    if startsWith("REFRESH") { return !has("NO", "DATA") }
    if startsWith("INSERT") { return has("SELECT") || has("TABLE") }
    if startsWith("WITH") {
      return ["UPDATE", "DELETE", "INSERT", "MERGE"].contains { word in
        indexAtAnyDepth(of: word) != nil
      }
    }
    if startsWith("SELECT") { return has("INTO") || distributesFilledTable(createdTables) }
    return false
  }

  private func createTouchesData(_ createdTables: Set<ObjectName>) -> Bool {
    if isWord(at: 1, "INDEX") || startsWith("CREATE", "UNIQUE", "INDEX") {
      guard let on = index(of: "ON") else { return true }
      return !isCreated(isWord(at: on + 1, "ONLY") ? on + 2 : on + 1, createdTables)
    }
    if isWord(at: 1, "MATERIALIZED") || index(of: "TABLE").map({ $0 <= 3 }) == true {
      let copies = has("AS", "SELECT") || has("AS", "WITH") || has("AS", "TABLE") || hasParenthesisedQuery
      return copies && !has("NO", "DATA")
    }
    return false
  }

  private var hasParenthesisedQuery: Bool {
    guard let bound = index(of: "AS"), bound + 2 < tokens.count else { return false }
    return tokens[bound + 1].kind == .openParenthesis && isWord(at: bound + 2, "SELECT")
  }

  private func alterTouchesData(_ createdTables: Set<ObjectName>) -> Bool {
    var table = 2
    if isWord(at: table, "IF") { table += 2 }
    if isWord(at: table, "ONLY") { table += 1 }
    guard !isCreated(table, createdTables) else { return false }
    if has("VALIDATE", "CONSTRAINT") || has("SET", "LOGGED") || has("SET", "UNLOGGED") || has("ACCESS", "METHOD")
      || has("SET", "TABLESPACE") || has("ATTACH", "PARTITION") || has("NOT", "NULL") && has("SET", "NOT")
    {
      return true
    }
    if has("TYPE"), has("ALTER", "COLUMN") || index(of: "ALTER", from: 1) != nil { return true }
    if has("STORED") || has("IDENTITY") { return true }
    return addsCheckedConstraint
  }

  /// A constraint that is added is checked against every row unless `NOT VALID` or an existing index says otherwise.
  private var addsCheckedConstraint: Bool {
    guard index(of: "ADD") != nil, !has("NOT", "VALID"), !has("USING", "INDEX") else { return false }
    return has("ADD", "CONSTRAINT") || has("PRIMARY", "KEY") || has("FOREIGN", "KEY") || has("UNIQUE") || has("CHECK")
      || has("EXCLUDE") || has("REFERENCES")
  }

  private static let copyingFunctions: Set<String> = [
    "create_distributed_table", "create_distributed_table_concurrently", "create_reference_table",
    "undistribute_table", "alter_distributed_table", "alter_table_set_access_method",
    "truncate_local_data_after_distributing_table",
  ]

  /// Calls of Citus functions that move a table's rows, unless the table is new.
  private func distributesFilledTable(_ createdTables: Set<ObjectName>) -> Bool {
    for index in tokens.indices where tokens[index].kind == .word && index + 2 < tokens.count {
      guard tokens[index + 1].kind == .openParenthesis, tokens[index].range.count >= 18,
        Self.copyingFunctions.contains(text(tokens[index]).lowercased())
      else { continue }
      guard let argument = literal(tokens[index + 2]) else { return true }
      let lexed = SQLLexer(argument)
      let source = StatementSource(bytes: lexed.bytes, tokens: Array(lexed))
      if !source.isCreated(0, createdTables) { return true }
    }
    return false
  }

  private func isCreated(_ index: Int, _ createdTables: Set<ObjectName>) -> Bool {
    guard let name = name(at: index)?.name else { return false }
    return createdTables.contains { known in
      known.name == name.name && (known.schema == nil || name.schema == nil || known.schema == name.schema)
    }
  }
}
