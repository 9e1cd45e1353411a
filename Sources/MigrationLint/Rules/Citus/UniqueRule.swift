internal import MigrationCore

extension Rule {
  static let citusUnique = Rule(
    "cit-unique", .error, "A key of a distributed table leaves its distribution column out",
    why:
      "Each shard checks a PRIMARY KEY, UNIQUE or EXCLUDE constraint alone, so Citus takes only those that include the "
      + "distribution column (for EXCLUDE, with an equality operator).",
    remedy: "Put the distribution column first into the key.",
    serverMessage:
      "Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column",
    hasEdits: true,
    examples: [
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """,
        refusal:
          "Distributed relations cannot have UNIQUE, EXCLUDE, or PRIMARY KEY constraints that do not include the partition column"
      ),
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, reference text NOT NULL);
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_reference_key.sql
        CREATE UNIQUE INDEX CONCURRENTLY bets_reference ON bets (reference);
        """, refusal: "creating unique indexes on non-partition columns is currently unsupported"),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [.statement(checkUnique)])

  private static func checkUnique(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .query(let query): query.calls.flatMap { existingKeys($0, context) }
    case .alterTable(let alter): alter.actions.flatMap { addedKey($0, alter.table, context) }
    case .createIndex(let index) where index.isUnique: uniqueIndex(index, context)
    default: []
    }
  }

  /// Keys that a table has when it is distributed.
  private static func existingKeys(_ call: Call, _ context: StatementContext) -> [Remark] {
    guard CitusFunctions.distributing.contains(call.function), let name = call.table(), let table = context.table(name),
      let argument = call.argument("distribution_column", at: 1), argument.isLiteral, let column = argument.value
    else { return [] }
    return table.constraints.compactMap { key in
      guard isKey(key.kind), key.isIndex || !key.columns.isEmpty || key.kind == .exclude,
        lacks(column, key.columns)
      else { return nil }
      let isHere = key.file == context.script.index
      return Remark(
        isHere ? key.range : call.range, message(key.kind, key.isIndex, key.columns, name, column),
        edits: isHere ? edits(key.columnsOffset, column, key.columns) : [])
    }
  }

  private static func addedKey(_ action: AlterAction, _ table: NamePlace, _ context: StatementContext) -> [Remark] {
    guard let (_, column) = context.distributed(table) else { return [] }
    let constraints: [ConstraintDefinition] =
      switch action.kind {
      case .addConstraint(let constraint): [constraint]
      case .addColumn(let definition, _, _): definition.constraints
      default: []
      }
    return constraints.compactMap { key in
      let columns = key.columns.map(\.name)
      guard isKey(key.kind), key.usesIndex == nil, lacks(column, columns) else { return nil }
      return Remark(
        key.range, message(key.kind, false, columns, table, column), edits: edits(key.columnsOffset, column, columns))
    }
  }

  private static func uniqueIndex(_ index: CreateIndex, _ context: StatementContext) -> [Remark] {
    let columns = index.elements.compactMap(\.column)
    guard let (_, column) = context.distributed(index.table), lacks(column, columns) else { return [] }
    return [
      Remark(
        context.placed.range, message(.unique, true, columns, index.table, column),
        edits: edits(index.elementsOffset, column, columns))
    ]
  }

  private static func isKey(_ kind: ConstraintDefinition.Kind) -> Bool {
    kind == .primaryKey || kind == .unique || kind == .exclude
  }

  private static func lacks(_ column: String, _ columns: [String]) -> Bool {
    !columns.contains(column) && !columns.contains(where: ScriptMask.isPlaceholder)
      && !ScriptMask.isPlaceholder(column)
  }

  private static func edits(_ offset: Int?, _ column: String, _ columns: [String]) -> [Edit] {
    offset.map { [.insert(columns.isEmpty ? column : "\(column), ", at: $0)] } ?? []
  }

  private static func message(
    _ kind: ConstraintDefinition.Kind, _ isIndex: Bool, _ columns: [String], _ table: NamePlace, _ column: String
  ) -> String {
    let what = isIndex ? "The unique index" : kind.rawValue
    return "\(what) (\(columns.map(ScriptMask.shown).joined(separator: ", "))) of \(shown(table)) does not include "
      + "\(shown(column)), by which the table is distributed."
  }
}
