internal import MigrationCore

extension Rule {
  static let lockIndex = Rule(
    "lock-index", .error, "An index is built, rebuilt or dropped while others wait",
    why:
      "CREATE INDEX keeps writers out of every shard until it is built; DROP INDEX and REINDEX keep out readers too. "
      + "CONCURRENTLY lets both go on. A table that this file has created is empty and nobody waits for it.",
    remedy: "Use CONCURRENTLY, in a file of its own.",
    hasEdits: true,
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__index_users.sql
        CREATE INDEX idx_bets_user ON bets (tenant_id, user_id);
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__index_users.sql
        CREATE INDEX CONCURRENTLY idx_bets_user ON bets (tenant_id, user_id);
        """),
    ],
    checks: [.statement(blockingIndex)])

  private static func blockingIndex(_ context: StatementContext) -> [Remark] {
    // CONCURRENTLY has to be alone, so it can be written only where it would be.
    let isAlone = context.script.statements.count == 1 && !context.placed.isEmbedded
    func edits(_ offset: Int) -> [Edit] { isAlone ? [.insert(" CONCURRENTLY", at: offset)] : [] }
    switch context.shape {
    case .createIndex(let index):
      guard !index.isConcurrent, !context.isNew(index.table), context.isPlain(index.table),
        !isUnused(context.table(index.table))
      else { return [] }
      let isPartitioned = context.table(index.table)?.isPartitioned == true
      return [
        Remark(
          context.placed.range, "Writers of \(shown(index.table)) wait until the index is built.",
          level: isPartitioned ? .warning : nil,
          remedy: isPartitioned
            ? "Create it ON ONLY the parent, build it CONCURRENTLY on each partition, and attach them." : nil,
          edits: isPartitioned || index.isOnly ? [] : edits(index.optionOffset))
      ]
    case .drop(let drop) where drop.kind == "index" && !drop.isConcurrent && context.script.role != .undo:
      guard let name = drop.names.first else { return [] }
      let table = context.state.indexes[context.state.key(name.name)]
      if let table, context.state.isNew(table, in: context.script.index) { return [] }
      return [
        Remark(
          context.placed.range, "Readers and writers of the table of \(shown(name)) wait until the index is dropped.",
          edits: drop.names.count == 1 && !drop.isCascading ? edits(drop.nameOffset) : [])
      ]
    case .maintenance(let maintenance) where maintenance.kind == .reindex(isConcurrent: false):
      return [
        Remark(
          context.placed.range, "Readers and writers wait until it is rebuilt.", edits: edits(maintenance.optionOffset))
      ]
    default: return []
    }
  }

  /// A view or temporary table is nobody's but its maker's.
  private static func isUnused(_ table: TableState?) -> Bool {
    guard case .other(let kind)? = table?.placement else { return false }
    return kind == .temporaryTable
  }

  static let lockInvalidIndex = Rule(
    "lock-invalid-index", .warning, "IF NOT EXISTS hides an index that is not valid",
    why:
      "A CREATE INDEX CONCURRENTLY that failed leaves an invalid index; with IF NOT EXISTS the next try is skipped and counts "
      + "as done. On a distributed table Citus then even marks a valid index as invalid (citusdata/citus#8338).",
    remedy: "Leave IF NOT EXISTS out and name the index; to try again, DROP INDEX CONCURRENTLY IF EXISTS first.",
    hasEdits: true,
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__index_users.sql
        CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_bets_user ON bets (tenant_id, user_id);
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__index_users.sql
        CREATE INDEX CONCURRENTLY idx_bets_user ON bets (tenant_id, user_id);
        """),
    ],
    checks: [
      .statement { context in
        guard case .createIndex(let index) = context.shape, index.isConcurrent else { return [] }
        if let condition = index.condition {
          // The blank behind goes too.
          let range = condition.lowerBound..<(condition.upperBound + 1)
          return [
            Remark(
              condition, "If an earlier try has left an invalid index, this is skipped and counts as done.",
              edits: index.name == nil ? [] : [Edit(range: range, replacement: "")])
          ]
        }
        guard index.name == nil else { return [] }
        return [
          Remark(
            context.placed.range, "The index has no name, so nothing can find it again if building it fails.",
            remedy: "Name the index.")
        ]
      }
    ])

  static let lockUnique = Rule(
    "lock-unique", .error, "A key is built while nobody can use the table",
    why:
      "ADD PRIMARY KEY and ADD UNIQUE build their index under ACCESS EXCLUSIVE, on every shard. PostgreSQL takes no NOT VALID "
      + "for them.",
    remedy: "CREATE UNIQUE INDEX CONCURRENTLY in a file of its own, then ADD CONSTRAINT ... USING INDEX.",
    examples: [
      .bad(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, email text, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__unique_email.sql
        ALTER TABLE users ADD CONSTRAINT email_unique UNIQUE (tenant_id, email);
        """),
      .good(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, email text, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__index_email.sql
        CREATE UNIQUE INDEX CONCURRENTLY email_unique ON users (tenant_id, email);
        -- V3__unique_email.sql
        ALTER TABLE users ADD CONSTRAINT email_unique UNIQUE USING INDEX email_unique;
        """),
    ],
    checks: [
      .statement { context in
        guard case .alterTable(let alter) = context.shape, !context.isNew(alter.table), context.isPlain(alter.table)
        else {
          return []
        }
        return alter.actions.compactMap { action in
          let constraints: [ConstraintDefinition] =
            switch action.kind {
            case .addConstraint(let constraint): [constraint]
            case .addColumn(let column, _, _): column.constraints
            default: []
            }
          let key = constraints.first { [.primaryKey, .unique, .exclude].contains($0.kind) && $0.usesIndex == nil }
          guard let key else { return nil }
          return Remark(
            action.range, "\(key.kind.rawValue) builds an index while nobody reads or writes \(shown(alter.table)).")
        }
      }
    ])
}
