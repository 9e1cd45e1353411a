extension StatementSource {
  /// Why PostgreSQL or Citus refuses the statement in a transaction block, in a few words; nil if they do not.
  ///
  /// Flyway's own list (`PostgreSQLParser.java`) and what calls `PreventInTransactionBlock` beyond it.
  var nonTransactionalReason: String? {
    guard let first = tokens.first, first.kind == .word else { return nil }
    return clusterWideReason ?? indexReason ?? maintenanceReason ?? citusReason
  }

  private var clusterWideReason: String? {
    for kind in ["DATABASE", "TABLESPACE", "SUBSCRIPTION"] as [StaticString] where isWord(at: 1, kind) {
      if startsWith("CREATE") { return "CREATE \(kind)" }
      if startsWith("DROP") { return "DROP \(kind)" }
    }
    if startsWith("ALTER", "SYSTEM") { return "ALTER SYSTEM" }
    if startsWith("ALTER", "DATABASE"), has("SET", "TABLESPACE") { return "ALTER DATABASE ... SET TABLESPACE" }
    if startsWith("ALTER", "SUBSCRIPTION"), has("PUBLICATION"), has("REFRESH") || indexAtAnyDepth(of: "REFRESH") == nil
    {
      return "ALTER SUBSCRIPTION that refreshes"
    }
    return nil
  }

  private var indexReason: String? {
    if startsWith("CREATE", "INDEX", "CONCURRENTLY") || startsWith("CREATE", "UNIQUE", "INDEX", "CONCURRENTLY") {
      return "CREATE INDEX CONCURRENTLY"
    }
    if startsWith("DROP", "INDEX", "CONCURRENTLY") { return "DROP INDEX CONCURRENTLY" }
    if startsWith("REINDEX") {
      if let scope = ["SCHEMA", "DATABASE", "SYSTEM"].first(where: { has(reindexScope: $0) }) {
        return "REINDEX \(scope)"
      }
      let bound = indexAtAnyDepth(of: "CONCURRENTLY")
      if bound.map(isReindexOption) == true { return "REINDEX CONCURRENTLY" }
    }
    if startsWith("ALTER", "TABLE"), has("DETACH", "PARTITION"), let last = tokens.last, isWord(last, "CONCURRENTLY") {
      return "ALTER TABLE ... DETACH PARTITION CONCURRENTLY"
    }
    return nil
  }

  /// The first word behind `REINDEX`, its options and `VERBOSE` is this one.
  private func has(reindexScope scope: String) -> Bool {
    guard let word = reindexObject else { return false }
    return tokens[word].kind == .word && text(tokens[word]).uppercased() == scope
  }

  /// Where the kind of object stands in a REINDEX statement: `INDEX`, `TABLE`, `SCHEMA` and so on.
  var reindexObject: Int? {
    var index = 1
    if index < tokens.count, tokens[index].kind == .openParenthesis {
      guard let close = tokens.firstIndex(where: { $0.kind == .closeParenthesis }) else { return nil }
      index = close + 1
    }
    if isWord(at: index, "VERBOSE") { index += 1 }
    return index < tokens.count ? index : nil
  }

  /// Whether `CONCURRENTLY` at this index is the option, not a name: in the list, or right behind the object's kind.
  private func isReindexOption(_ index: Int) -> Bool {
    guard let object = reindexObject else { return false }
    if index == object + 1 { return true }
    let isSwitchedOff =
      index + 1 < tokens.count && ["OFF", "FALSE", "0"].contains(text(tokens[index + 1]).uppercased())
    return index < object && !isSwitchedOff
  }

  private var maintenanceReason: String? {
    if startsWith("VACUUM") { return "VACUUM" }
    if startsWith("DISCARD", "ALL") { return "DISCARD ALL" }
    guard startsWith("CLUSTER") else { return nil }
    var index = 1
    if index < tokens.count, tokens[index].kind == .openParenthesis {
      index = (tokens.firstIndex { $0.kind == .closeParenthesis } ?? tokens.count) + 1
    } else if isWord(at: index, "VERBOSE") {
      index += 1
    }
    return index >= tokens.count ? "CLUSTER of all tables" : nil
  }

  private static let citusFunctions: [(name: String, isProcedure: Bool)] = [
    ("create_distributed_table_concurrently", false),
    ("citus_cleanup_orphaned_resources", true),
    ("citus_cleanup_orphaned_shards", true),
    ("citus_finish_citus_upgrade", true),
  ]

  private var citusReason: String? {
    for index in tokens.indices where tokens[index].kind == .word && tokens[index].range.count > 24 {
      guard index + 1 < tokens.count, tokens[index + 1].kind == .openParenthesis else { continue }
      let called = text(tokens[index]).lowercased()
      let known = Self.citusFunctions.first { $0.name == called && (!$0.isProcedure || startsWith("CALL")) }
      if let known { return known.isProcedure ? "CALL \(known.name)" : known.name }
    }
    return nil
  }
}

// MARK: The index itself

extension StatementSource {
  /// The index that the statement builds, rebuilds or drops concurrently.
  var concurrentIndex: StatementFacts.ConcurrentIndex? {
    if startsWith("CREATE"), let bound = index(of: "CONCURRENTLY"), isWord(at: bound - 1, "INDEX"), bound <= 3 {
      return createdIndex(behind: bound)
    }
    if startsWith("DROP", "INDEX", "CONCURRENTLY") {
      let isConditional = isWord(at: 3, "IF")
      return .init(
        action: .drop, isUnique: false, isConditional: isConditional, name: name(at: isConditional ? 5 : 3)?.name,
        table: nil)
    }
    guard nonTransactionalReason == "REINDEX CONCURRENTLY", let object = reindexObject else { return nil }
    let start = isWord(at: object + 1, "CONCURRENTLY") ? object + 2 : object + 1
    return .init(
      action: .reindex, isUnique: false, isConditional: false, name: name(at: start)?.name, table: nil)
  }

  private func createdIndex(behind bound: Int) -> StatementFacts.ConcurrentIndex? {
    let isConditional = isWord(at: bound + 1, "IF")
    let start = isConditional ? bound + 4 : bound + 1
    let found = isWord(at: start, "ON") ? nil : name(at: start)
    let on = found?.next ?? start
    guard isWord(at: on, "ON") else { return nil }
    let table = isWord(at: on + 1, "ONLY") ? on + 2 : on + 1
    return .init(
      action: .create, isUnique: isWord(at: 1, "UNIQUE"), isConditional: isConditional, name: found?.name,
      table: name(at: table)?.name)
  }
}
