internal import MigrationCore

extension Rule {
  static let dataVolatile = Rule(
    "data-volatile", .error, "An UPDATE computes something else on each node",
    why:
      "Citus runs an UPDATE or DELETE on each shard and each copy of a reference table, so it refuses VOLATILE functions in it, "
      + "STABLE ones that are given a column (concat, to_char, casts between times and texts), and in CASE, COALESCE and ON "
      + "CONFLICT DO UPDATE everything that is not IMMUTABLE. Subqueries are run by themselves and may hold all of these.",
    remedy:
      "Compute the value in the application, tenant by tenant, or insert it and use EXCLUDED; a new column gets its values "
      + "from a default that is set after it is added.",
    serverMessage: "functions used in UPDATE queries on distributed tables must not be VOLATILE",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, token uuid, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__fill_tokens.sql
        UPDATE bets SET token = gen_random_uuid() WHERE tenant_id = 1 AND token IS NULL;
        """, refusal: "functions used in UPDATE queries on distributed tables must not be VOLATILE"),
      .bad(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, first text, last text, name text);
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__fill_names.sql
        UPDATE users SET name = concat(first, ' ', last) WHERE tenant_id = 1;
        """, refusal: "STABLE functions used in UPDATE queries cannot be called with column references"),
      .good(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, first text, last text, name text);
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__fill_names.sql
        UPDATE users SET name = coalesce(first, '') || ' ' || coalesce(last, '') WHERE tenant_id = 1;
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, token uuid, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__clear_tokens.sql
        UPDATE bets SET token = NULL WHERE tenant_id = 1;
        """),
    ],
    checks: [.statement(checkVolatile)])

  private static func checkVolatile(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .update(let update):
      guard let table = context.table(update.table), table.isCitus else { return [] }
      let expressions = update.assignments.map(\.value) + (update.condition.map { [$0] } ?? [])
      return expressions.compactMap { refused($0, update.table, table) }
    case .delete(let delete):
      guard let table = context.table(delete.table), table.isCitus else { return [] }
      return delete.condition.flatMap { refused($0, delete.table, table) }.map { [$0] } ?? []
    case .insert(let insert):
      guard context.table(insert.table)?.isCitus == true else { return [] }
      let expressions = insert.conflictAssignments.map(\.value) + (insert.conflictCondition.map { [$0] } ?? [])
      return expressions.compactMap { expression in
        FunctionVolatility.mutableCall(in: expression).map { call in
          Remark(
            expression.range,
            "\(shown(call)) is not IMMUTABLE: Citus says `functions used in the DO UPDATE SET clause of INSERTs on "
              + "distributed tables must be marked IMMUTABLE`.")
        }
      }
    default: return []
    }
  }

  /// What Citus says of an expression (`multi_router_planner.c`, `ModifyQuerySupported`).
  private static func refused(_ whole: Expression, _ name: NamePlace, _ table: TableState) -> Remark? {
    let expression = whole.withoutSubqueries
    if let call = FunctionVolatility.volatileCall(in: expression) {
      return Remark(
        expression.range, "\(shown(call)) is VOLATILE, and Citus does not run it for rows of \(shown(name)).")
    }
    if let call = expression.alternatives.lazy.compactMap(FunctionVolatility.mutableCall).first {
      return Remark(
        expression.range,
        "\(shown(call)) in it is not IMMUTABLE: Citus says `non-IMMUTABLE functions are not allowed in CASE or COALESCE "
          + "statements`.")
    }
    guard let call = expression.stableCall(onColumnOf: table) else { return nil }
    return Remark(
      expression.range,
      "\(shown(call)) is STABLE and takes a column: Citus says `STABLE functions used in UPDATE queries cannot be called "
        + "with column references`.")
  }
}

extension Expression {
  /// Citus runs subqueries by themselves.
  fileprivate var withoutSubqueries: Expression {
    var result: [Lexeme] = []
    var cursor = TokenCursor(lexemes)
    while let lexeme = cursor.current {
      let isSubquery = lexeme.kind == .openParenthesis && ["select", "with", "values"].contains(cursor.word(1) ?? "")
      if isSubquery { _ = cursor.parenthesised() } else { cursor.advance() }
      if !isSubquery { result.append(lexeme) }
    }
    return Expression(lexemes: result[...])
  }

  /// What stands in COALESCE and CASE.
  fileprivate var alternatives: [Expression] {
    lexemes.indices.compactMap { index in
      var cursor = TokenCursor(lexemes[(index + 1)...])
      if lexemes[index].isWord("coalesce") { return cursor.parenthesised().map { Expression(lexemes: $0) } }
      return lexemes[index].isWord("case") ? Expression(lexemes: cursor.upTo(["end"])) : nil
    }
  }

  /// A stable function, or a cast that is one, that is given a column.
  fileprivate func stableCall(onColumnOf table: TableState) -> String? {
    for index in lexemes.indices where lexemes[index].isName {
      let name = lexemes[index].text
      var cursor = TokenCursor(lexemes[(index + 1)...])
      if let column = table.columns[name], cursor.takeSymbol(":"), cursor.takeSymbol(":") {
        let type = ShapeReader.typeName(&cursor)
        if FunctionVolatility.isStableCast(from: column.type, to: type.canonical) { return "::\(type.base)" }
      } else if FunctionVolatility.isStable(name), let arguments = cursor.parenthesised() {
        let takesColumn = arguments.contains { $0.isName && table.columns[$0.text] != nil }
        if takesColumn { return name }
      }
    }
    return nil
  }
}
