internal import MigrationCore

extension Rule {
  static let lockNotValid = Rule(
    "lock-not-valid", .error, "A constraint is checked against all rows under a lock",
    why:
      "ADD CHECK reads every row under ACCESS EXCLUSIVE, ADD FOREIGN KEY under SHARE ROW EXCLUSIVE on both tables, on every "
      + "shard; so does a CHECK that comes with a column or for a domain, and attaching a partition whose rows no CHECK vouches for. "
      + "With NOT VALID only new rows are checked, and VALIDATE CONSTRAINT lets everyone work.",
    remedy: "Add it NOT VALID, and VALIDATE CONSTRAINT in the next file.",
    hasEdits: true,
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, stake numeric, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__check_stake.sql
        ALTER TABLE bets ADD CONSTRAINT stake_positive CHECK (stake > 0);
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, stake numeric, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__check_stake.sql
        ALTER TABLE bets ADD CONSTRAINT stake_positive CHECK (stake > 0) NOT VALID;
        -- V3__validate_stake.sql
        ALTER TABLE bets VALIDATE CONSTRAINT stake_positive;
        """),
    ],
    checks: [.statement(checkValidated)])

  private static func checkValidated(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .alterTable(let alter):
      guard context.isPlain(alter.table) else { return [] }
      return alter.actions.compactMap { action in
        if case .attachPartition(let partition) = action.kind { return attached(partition, action.range, context) }
        return context.isNew(alter.table)
          ? nil : validated(action, alter.table, isAlone: alter.actions.count == 1, context)
      }
    case .alterOther(let alter):
      guard alter.kind == "domain", alter.action == .addConstraint(isNotValid: false), let domain = alter.name,
        !context.script.deeds.makes("domain", domain, before: context.placed.range.lowerBound)
      else { return [] }
      return [
        Remark(
          context.placed.range, "All rows of all tables with a column of \(shown(domain)) are read while others wait.")
      ]
    default: return []
    }
  }

  private static func validated(
    _ action: AlterAction, _ table: NamePlace, isAlone: Bool, _ context: StatementContext
  ) -> Remark? {
    switch action.kind {
    case .addConstraint(let constraint):
      guard !constraint.isNotValid, constraint.kind == .check || constraint.kind == .foreignKey else { return nil }
      return Remark(
        action.range, "\(constraint.kind.rawValue) reads all rows of \(shown(table)) while others wait.",
        edits: [.insert(" NOT VALID", at: constraint.range.upperBound)])
    case .addColumn(let column, _, _):
      // On a table that Citus manages it is refused: another rule says so. A key of a column without values is not checked.
      let constraint = column.constraints.first { $0.kind == .check || ($0.kind == .foreignKey && column.hasDefault) }
      let isRefused = context.table(table)?.isCitus == true && column.isRefusedByCitus(isAlone: isAlone)
      guard let constraint, !isRefused else { return nil }
      return Remark(
        action.range, "\(constraint.kind.rawValue) reads all rows of \(shown(table)) while others wait.",
        remedy: "Add the column first, then the constraint NOT VALID, and VALIDATE CONSTRAINT in the next file.")
    default: return nil
    }
  }

  private static func attached(_ partition: NamePlace, _ range: Range<Int>, _ context: StatementContext) -> Remark? {
    let hasCheck = context.table(partition)?.constraints.contains { $0.kind == .check && $0.isValid } == true
    guard !context.isNew(partition), context.isPlain(partition), !hasCheck else { return nil }
    return Remark(
      range, "All rows of \(shown(partition)) are read while others wait: no CHECK says that they belong there.",
      level: .warning, remedy: "Add the CHECK that the partition's bounds are, NOT VALID, and VALIDATE it before.")
  }

  static let lockNotNull = Rule(
    "lock-not-null", .error, "SET NOT NULL reads the table while nobody can use it",
    why:
      "SET NOT NULL reads every row under ACCESS EXCLUSIVE, unless a valid CHECK (column IS NOT NULL) proves it. A column that an "
      + "earlier file has added and another one has filled is taken as prepared: it is still read once.",
    remedy:
      "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in the next file, SET NOT NULL in the one after, and drop it.",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, stake numeric, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__require_stake.sql
        ALTER TABLE bets ALTER COLUMN stake SET NOT NULL;
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, stake numeric, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__check_stake.sql
        ALTER TABLE bets ADD CONSTRAINT stake_there CHECK (stake IS NOT NULL) NOT VALID;
        -- V3__validate_stake.sql
        ALTER TABLE bets VALIDATE CONSTRAINT stake_there;
        -- V4__require_stake.sql
        ALTER TABLE bets ALTER COLUMN stake SET NOT NULL;
        """),
    ],
    checks: [
      .statement { context in
        guard case .alterTable(let alter) = context.shape, !context.isNew(alter.table), context.isPlain(alter.table)
        else {
          return []
        }
        let table = context.table(alter.table)
        return alter.actions.compactMap { action in
          guard case .setNotNull(let column) = action.kind, !isProven(column.name, table, context.script.index) else {
            return nil
          }
          return Remark(
            action.range,
            "All rows of \(shown(alter.table)) are read for a null in \(shown(column)) while everyone waits.")
        }
      }
    ])

  private static func isProven(_ column: String, _ table: TableState?, _ file: Int) -> Bool {
    guard let table else { return false }
    if table.constraints.contains(where: { $0.kind == .check && $0.isValid && $0.columns.contains(column) }) {
      return true
    }
    guard let state = table.columns[column] else { return false }
    if state.isNotNull { return true }
    guard let added = state.addedIn, let filled = state.filledIn else { return false }
    return added < filled && filled < file
  }

  static let lockRequiredColumn = Rule(
    "lock-required-col", .error, "A required column without a value for the rows that are there",
    why: "ADD COLUMN ... NOT NULL without a default fails on the first row that is there.",
    remedy: "Add the column with a constant default, or nullable, fill it in the next file, and require it after that.",
    serverMessage: "column \"stake\" of relation \"bets\" contains null values",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_stake.sql
        ALTER TABLE bets ADD COLUMN stake numeric NOT NULL;
        """, isForServer: false),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_stake.sql
        ALTER TABLE bets ADD COLUMN stake numeric NOT NULL DEFAULT 0;
        """),
    ],
    checks: [
      .statement { context in
        guard case .alterTable(let alter) = context.shape, !context.isNew(alter.table), context.isPlain(alter.table)
        else {
          return []
        }
        return alter.actions.compactMap { action in
          guard case .addColumn(let column, _, _) = action.kind, column.isNotNull, !column.hasDefault,
            !column.isNumbered, column.generated == nil
          else { return nil }
          return Remark(
            action.range, "\(shown(column.name)) is required, and rows of \(shown(alter.table)) have no value for it.")
        }
      }
    ])
}
