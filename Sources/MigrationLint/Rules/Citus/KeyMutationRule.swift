internal import MigrationCore

extension Rule {
  static let citusKeyMutation = Rule(
    "cit-key-mutation", .error, "The distribution column is changed",
    why:
      "A row lies in the shard that its distribution column says, so Citus neither updates the column nor lets it be "
      + "dropped, retyped or given another default.",
    remedy: "Copy the rows into a new table that is distributed as it should be, or use alter_distributed_table.",
    serverMessage: "modifying the partition value of rows is not allowed",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__move_bets.sql
        UPDATE bets SET tenant_id = 7 WHERE tenant_id = 6;
        """, refusal: "modifying the partition value of rows is not allowed"),
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id integer NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__widen_tenant.sql
        ALTER TABLE bets ALTER COLUMN tenant_id TYPE bigint;
        """, refusal: "cannot execute ALTER TABLE command involving partition column"),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, note text, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__clear_notes.sql
        UPDATE bets SET note = NULL WHERE tenant_id = 6;
        """),
    ],
    checks: [.statement(checkKeyMutation)])

  private static func checkKeyMutation(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .update(let update): assigned(update.assignments, update.table, update.condition, context)
    case .insert(let insert): assigned(insert.conflictAssignments, insert.table, nil, context)
    case .alterTable(let alter): alter.actions.compactMap { changed($0, alter.table, context) }
    default: []
    }
  }

  private static func assigned(
    _ assignments: [Assignment], _ table: NamePlace, _ condition: Expression?, _ context: StatementContext
  ) -> [Remark] {
    guard let (_, key) = context.distributed(table) else { return [] }
    return assignments.filter { !keeps($0, key, table.name.name, condition) }.flatMap(\.columns).filter {
      $0.name == key
    }.map { column in
      Remark(column.range, "\(shown(table)) is distributed by \(shown(key)), which this sets.")
    }
  }

  /// Whether an assignment gives the column the value that it has: its own, or one that the condition says it has
  /// (`TargetEntryChangesValue`).
  private static func keeps(
    _ assignment: Assignment, _ key: String, _ table: String, _ condition: Expression?
  ) -> Bool {
    guard assignment.columns.count == 1 else { return false }
    let value = assignment.value.lexemes.map(\.text)
    // What is inserted has met the row by its key, which holds the column.
    if value == [key] || value == [table, ".", key] || value == ["excluded", ".", key] { return true }
    guard let words = condition?.outsideParentheses, !words.contains("or"), !value.isEmpty else { return false }
    let equals = words.indices.filter { words[$0] == "=" }
    return equals.contains { place in
      let (left, right) = (words[..<place], words[(place + 1)...])
      return left.last == key && right.starts(with: value)
        || left.suffix(value.count).elementsEqual(value) && right.prefix(3).contains(key)
    }
  }

  private static func changed(_ action: AlterAction, _ table: NamePlace, _ context: StatementContext) -> Remark? {
    guard let (_, key) = context.distributed(table) else { return nil }
    let (column, what): (ColumnPlace, String)
    switch action.kind {
    case .dropColumn(let place, _): (column, what) = (place, "is dropped")
    case .alterType(let place, _, _): (column, what) = (place, "gets another type")
    case .setDefault(let place, _), .dropDefault(let place): (column, what) = (place, "gets another default")
    case .dropNotNull(let place): (column, what) = (place, "may become null")
    default: return nil
    }
    guard column.name == key else { return nil }
    return Remark(
      action.range,
      "\(shown(key)), by which \(shown(table)) is distributed, \(what): Citus says `cannot execute ALTER TABLE command "
        + "involving partition column`.")
  }
}

extension Expression {
  /// The texts of what does not stand in parentheses.
  fileprivate var outsideParentheses: [String] {
    var result: [String] = []
    var cursor = TokenCursor(lexemes)
    while let lexeme = cursor.current {
      if lexeme.kind == .openParenthesis {
        _ = cursor.parenthesised()
      } else {
        result.append(lexeme.text)
        cursor.advance()
      }
    }
    return result
  }
}
