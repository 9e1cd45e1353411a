extension StatementFacts {
  /// Reads the facts off a statement's tokens.
  init(of source: StatementSource, createdTables: Set<ObjectName>) {
    verb = source.verb
    nonTransactionalReason = source.nonTransactionalReason
    transactionControl = source.transactionControl
    disabledPropagation = source.disabledPropagation
    concurrentIndex = source.concurrentIndex
    settling = source.settling
    isAtomic = source.isAtomic
    sessionEffect = source.sessionEffect
    copiesFromStandardInput = source.copiesFromStandardInput
    touchesData = source.touchesData(createdTables: createdTables)
  }
}

extension StatementSource {
  /// The leading keywords, at most four: `CREATE UNIQUE INDEX CONCURRENTLY`, `ALTER TABLE`, `SELECT`.
  var verb: String {
    var words: [String] = []
    for token in tokens.prefix(4) {
      guard token.kind == .word else { break }
      let word = text(token).uppercased()
      guard words.isEmpty || Self.verbWords.contains(word) else { break }
      words.append(word)
    }
    return words.joined(separator: " ")
  }

  private static let verbWords: Set<String> = [
    "OR", "REPLACE", "UNIQUE", "INDEX", "CONCURRENTLY", "TABLE", "TEMP", "TEMPORARY", "UNLOGGED", "VIEW",
    "MATERIALIZED", "FUNCTION", "PROCEDURE", "TRIGGER", "TYPE", "DOMAIN", "SCHEMA", "EXTENSION", "SEQUENCE", "ROLE",
    "USER", "DATABASE", "TABLESPACE", "SUBSCRIPTION", "PUBLICATION", "POLICY", "RULE", "SYSTEM", "TRANSACTION", "WORK",
    "SAVEPOINT", "PREPARED", "TO", "LOCAL", "SESSION", "INTO", "FROM", "ON", "COLLATION", "AGGREGATE", "STATISTICS",
    "EVENT", "FOREIGN", "SERVER", "ALL",
  ]

  /// `COPY ... FROM STDIN`: only then does data follow in the script.
  var copiesFromStandardInput: Bool {
    startsWith("COPY") && has("FROM", "STDIN")
  }

  /// What the statement does to the session's transaction.
  var transactionControl: StatementFacts.TransactionControl? {
    guard let first = tokens.first, first.kind == .word else { return nil }
    if isWord(first, "BEGIN") || startsWith("START", "TRANSACTION") { return .begin }
    if isWord(first, "COMMIT") { return isWord(at: 1, "PREPARED") ? .commitPrepared : .commit }
    if isWord(first, "END") { return .commit }
    if isWord(first, "ROLLBACK") || isWord(first, "ABORT") {
      if isWord(at: 1, "PREPARED") { return .rollbackPrepared }
      return has("TO") ? .rollbackToSavepoint : .rollback
    }
    if isWord(first, "SAVEPOINT") { return .savepoint }
    if isWord(first, "RELEASE") { return .releaseSavepoint }
    return startsWith("PREPARE", "TRANSACTION") ? .prepareTransaction : nil
  }

  /// The name that `CREATE TABLE` gives, temporary tables included.
  var createdTable: ObjectName? {
    guard startsWith("CREATE"), let table = index(of: "TABLE"), table <= 3, !startsWith("CREATE", "FOREIGN") else {
      return nil
    }
    let hasCondition = isWord(at: table + 1, "IF")
    // With IF NOT EXISTS the table may be an old, filled one.
    return hasCondition ? nil : name(at: table + 1)?.name
  }
}

// MARK: Citus settings

extension StatementSource {
  /// Settings that keep DDL or metadata from the other nodes, if the statement turns them off.
  var disabledPropagation: [String] {
    ["enable_ddl_propagation", "enable_metadata_sync"].compactMap { setting in
      let name = "citus.\(setting)"
      return turnsOff(setting: setting, fullName: name) ? name : nil
    }
  }

  private func turnsOff(setting: String, fullName: String) -> Bool {
    for index in tokens.indices {
      let token = tokens[index]
      var next = index + 1
      if token.kind == .word {
        guard token.range.count == setting.utf8.count, text(token).lowercased() == setting, index >= 2,
          tokens[index - 1].kind == .dot
        else { continue }
        guard next < tokens.count, isWord(at: next, "TO") || text(tokens[next]) == "=" else { continue }
        next += 1
      } else if token.kind == .string {
        guard token.range.count == fullName.utf8.count + 2, literal(token)?.lowercased() == fullName,
          next < tokens.count, tokens[next].kind == .comma
        else { continue }
        next += 1
      } else {
        continue
      }
      if next < tokens.count, isOff(tokens[next]) { return true }
    }
    return false
  }

  /// PostgreSQL's spellings of false (`parse_bool`), in a word, a number or a string.
  private func isOff(_ token: SQLToken) -> Bool {
    let value = (literal(token) ?? text(token)).lowercased()
    return ["off", "of", "false", "fals", "fal", "fa", "f", "no", "n", "0"].contains(value)
  }
}
