internal import MigrationCore

extension Rule {
  static let citusReferenceDefault = Rule(
    "cit-ref-default", .error, "Rows of a reference table become different on each node",
    why:
      "Each node computes the values of a new column by itself, so now(), random() or gen_random_uuid() in a default or "
      + "in USING gives existing rows other values on each node. Citus accepts it (citusdata/citus#2149).",
    remedy: "Add the column without a default, set it with one UPDATE to constants, then SET DEFAULT.",
    examples: [
      .bad(
        """
        -- V1__add_statuses.sql
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        SELECT create_reference_table('bet_statuses');
        -- V2__add_created_at.sql
        ALTER TABLE bet_statuses ADD COLUMN created_at timestamptz DEFAULT now();
        """),
      .good(
        """
        -- V1__add_statuses.sql
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        SELECT create_reference_table('bet_statuses');
        -- V2__add_created_at.sql
        ALTER TABLE bet_statuses ADD COLUMN created_at timestamptz;
        ALTER TABLE bet_statuses ALTER COLUMN created_at SET DEFAULT now();
        """),
    ],
    checks: [
      .statement { context in
        guard case .alterTable(let alter) = context.shape, context.table(alter.table)?.isReference == true else {
          return []
        }
        return alter.actions.compactMap { action in
          let expression: Expression?
          switch action.kind {
          case .addColumn(let column, _, _): expression = column.fallback
          case .alterType(_, _, let using): expression = using
          default: expression = nil
          }
          guard let expression, let call = FunctionVolatility.changingCall(in: expression) else { return nil }
          return Remark(
            expression.range,
            "\(shown(call)) is computed on each node: the rows of the reference table \(shown(alter.table)) become different."
          )
        }
      }
    ])

  static let citusSerial = Rule(
    "cit-serial", .error, "Numbers from a sequence that workers cannot give",
    why:
      "Citus adds no serial or identity column to a table that it manages. In a new table such a column has to be bigint: "
      + "each node draws from a range of its own (the node's group times 2^48), which does not fit into less.",
    remedy: "Use bigserial or a bigint identity when the table is created; later, add a plain column and fill it.",
    serverMessage:
      "cannot execute ADD COLUMN commands involving serial pseudotypes when metadata is synchronized to workers",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__number_bets.sql
        ALTER TABLE bets ADD COLUMN number bigserial;
        """,
        refusal:
          "cannot execute ADD COLUMN commands involving serial pseudotypes when metadata is synchronized to workers"),
      .bad(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id serial, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
      .good(
        """
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigserial, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        """),
    ],
    checks: [.statement(checkSerial)])

  private static func checkSerial(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .alterTable(let alter):
      guard let table = context.table(alter.table), table.isCitus else { return [] }
      return alter.actions.compactMap { addedNumbers($0, alter.table, table) }
    case .query(let query): return query.calls.compactMap { narrowNumbers($0, context) }
    default: return []
    }
  }

  private static func addedNumbers(_ action: AlterAction, _ name: NamePlace, _ table: TableState) -> Remark? {
    switch action.kind {
    case .addColumn(let column, _, _) where column.isNumbered:
      return Remark(
        action.range, "\(shown(name)) is a \(table.title), and \(shown(column.name)) is a serial or identity column.")
    case .addColumn(let column, _, _) where column.fallback?.calls.contains("nextval") == true:
      return Remark(
        action.range,
        "\(shown(name)) is a \(table.title): Citus adds no column whose default is nextval() to one with rows.")
    case .setDefault(let column, let value)
    where value.calls.contains("nextval") && table.columns[column.name].map { TypeName(of: $0).isNarrow } == true:
      return Remark(
        action.range, "\(shown(column)) has less than 64 bits, and workers cannot give numbers of \(shown(name)) to it."
      )
    case .addIdentity(let column):
      return Remark(
        action.range, "\(shown(name)) is a \(table.title), and \(shown(column)) becomes an identity column.")
    default: return nil
    }
  }

  private static func narrowNumbers(_ call: Call, _ context: StatementContext) -> Remark? {
    guard CitusFunctions.distributing.contains(call.function) || call.function == "create_reference_table",
      let name = call.table(), let table = context.table(name)
    else { return nil }
    let narrow = table.columns.filter { $0.value.hasSequenceDefault && TypeName(of: $0.value).isNarrow }.keys.min()
    guard let narrow else { return nil }
    return Remark(
      call.range,
      "\(shown(narrow)) of \(shown(name)) takes numbers from a sequence and has less than 64 bits: a worker says `nextval"
        + "(sequence) calls in worker nodes are not supported for column defaults of type int or smallint`.")
  }

  static let citusAlter = Rule(
    "cit-alter", .error, "A change that Citus does not make",
    why:
      "Of the forms of ALTER TABLE, CREATE INDEX and DROP INDEX, Citus sends only some to the shards, and refuses the others "
      + "on tables that it manages.",
    remedy:
      "Write one constraint in one statement, add a column first and its constraint after it, and leave out what Citus "
      + "does not know.",
    serverMessage: "alter table command is currently unsupported",
    examples: [
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__count_better.sql
        ALTER TABLE bets ALTER COLUMN bet_id SET STATISTICS 1000;
        """, refusal: "alter table command is currently unsupported"),
      .bad(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_stake.sql
        ALTER TABLE bets ADD COLUMN stake numeric CHECK (stake > 0);
        """, refusal: "cannot execute ADD COLUMN command with PRIMARY KEY, UNIQUE, FOREIGN and CHECK constraints"),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_stake.sql
        ALTER TABLE bets ADD COLUMN stake numeric;
        ALTER TABLE bets ADD CONSTRAINT stake_positive CHECK (stake > 0) NOT VALID;
        """),
    ],
    checks: [.statement(checkAlter)])
}
