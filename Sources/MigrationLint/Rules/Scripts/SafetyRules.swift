internal import MigrationCore

extension Rule {
  static let safeDrop = Rule(
    "safe-drop", .error, "Data is thrown away, or what others use",
    why:
      "What is dropped is gone with the commit, on every node, and whatever still reads, calls or counts on it fails: a view, a "
      + "function, the default of a required column. Neither a rollback of the program nor an undo script brings rows back.",
    remedy:
      "Stop using it in an earlier release, keep a copy, and say why it may go: `-- approve: the reason` before the statement.",
    examples: [
      .bad(
        """
        -- V1__add_payments.sql
        CREATE TABLE payments (tenant_id bigint NOT NULL, payment_id bigint, PRIMARY KEY (tenant_id, payment_id));
        SELECT create_distributed_table('payments', 'tenant_id');
        -- V2__rollback_payments.sql
        DROP TABLE IF EXISTS payments CASCADE;
        """),
      .good(
        """
        -- V1__add_payments.sql
        CREATE TABLE payments (tenant_id bigint NOT NULL, payment_id bigint, PRIMARY KEY (tenant_id, payment_id));
        SELECT create_distributed_table('payments', 'tenant_id');
        -- V2__drop_payments.sql
        -- approve: moved to billing.payments with release 4, kept in the backup of 2026-03-01
        DROP TABLE payments;
        """),
    ],
    checks: [.statement(checkDrop)])

  private static let losing: Set<String> = [
    "table", "schema", "database", "materialized view", "sequence", "foreign table", "extension", "type", "owned",
  ]

  /// What others call or read, and no rows are in.
  private static let used: Set<String> = ["view", "function", "procedure", "routine", "aggregate", "domain"]

  private static func checkDrop(_ context: StatementContext) -> [Remark] {
    guard context.script.role != .undo else { return [] }
    switch context.shape {
    case .drop(let drop): return dropped(drop, context)
    case .query(let query):
      return query.calls.filter { $0.function == "drop_old_time_partitions" }.map {
        Remark($0.range, "Partitions are dropped with their rows.")
      }
    case .truncate(let tables):
      return tables.filter { !context.isNew($0) && !isTemporary($0, context) }.prefix(1).map { name in
        Remark(context.placed.range, "All rows of \(shown(name)) are thrown away.")
      }
    case .alterTable(let alter):
      guard !context.isNew(alter.table) else { return [] }
      return alter.actions.compactMap { lost($0, alter.table, context) }
    default: return []
    }
  }

  private static func dropped(_ drop: Drop, _ context: StatementContext) -> [Remark] {
    guard losing.contains(drop.kind) || used.contains(drop.kind) else { return [] }
    if drop.kind == "owned" { return [Remark(context.placed.range, "DROP OWNED drops whatever the role owns.")] }
    let name = drop.names.first { name in
      // What is made again behind it, without rows of its own, is only changed.
      let isMadeAgain =
        drop.kind != "table" && context.script.deeds.makes(drop.kind, name, behind: context.placed.range.upperBound)
      return !context.isNew(name) && !isTemporary(name, context) && !(isMadeAgain && !drop.isCascading)
        && !context.script.deeds.makes(drop.kind, name, before: context.placed.range.lowerBound)
    }
    guard let name else { return [] }
    let isHeavy = ["table", "schema", "database", "foreign table"].contains(drop.kind) || name.name.name == "citus"
    return [
      Remark(
        context.placed.range,
        "The \(drop.kind) \(shown(name)) is dropped\(drop.isCascading ? ", with all that depends on it" : "").",
        level: isHeavy || drop.isCascading ? nil : .warning)
    ]
  }

  private static func lost(_ action: AlterAction, _ table: NamePlace, _ context: StatementContext) -> Remark? {
    let columns = context.table(table)?.columns
    switch action.kind {
    case .dropColumn(let column, _):
      guard columns?[column.name]?.addedIn != context.script.index else { return nil }
      return Remark(action.range, "The column \(shown(column)) of \(shown(table)) is dropped.")
    case .dropDefault(let column):
      guard let state = columns?[column.name], state.isNotNull, state.hasDefault else { return nil }
      return Remark(
        action.range,
        "\(shown(column)) of \(shown(table)) is required and has no default any more: a release that does not write it fails.",
        level: .warning, remedy: "Drop the default when every release that runs writes the column.")
    default: return nil
    }
  }

  private static func isTemporary(_ name: NamePlace, _ context: StatementContext) -> Bool {
    guard case .other(.temporaryTable)? = context.table(name)?.placement else { return false }
    return true
  }

  static let safeRename = Rule(
    "safe-rename", .error, "Something in use gets another name",
    why:
      "The old and the new release of a program run side by side for a while; whichever name is right, one of them fails.",
    remedy:
      "Add the new column or table, write both, move readers, drop the old one; a view can keep an old name. If nothing uses "
      + "it, say so: `-- approve: the reason`.",
    examples: [
      .bad(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, mail text, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__rename_mail.sql
        ALTER TABLE users RENAME COLUMN mail TO email;
        """),
      .good(
        """
        -- V1__add_users.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, mail text, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        -- V2__add_email.sql
        ALTER TABLE users ADD COLUMN email text;
        """),
    ],
    checks: [
      .statement { context in
        guard context.script.role != .undo else { return [] }
        switch context.shape {
        case .alterTable(let alter):
          guard !context.isNew(alter.table), !context.state.isSequence(alter.table.name) else { return [] }
          // Where the script makes another table of that name the name stays.
          let isMadeAgain = context.script.deeds.makes("table", alter.table, behind: context.placed.range.upperBound)
          return alter.actions.compactMap { action in
            if case .renameTable = action.kind, isMadeAgain { return nil }
            return renamed(action, alter.table)
          }
        case .alterOther(let alter):
          guard ["view", "materialized view", "schema", "type", "function", "procedure"].contains(alter.kind),
            let name = alter.name, !context.isNew(name),
            !context.script.deeds.makes(alter.kind, name, before: context.placed.range.lowerBound)
          else { return [] }
          switch alter.action {
          case .rename(let new):
            return [
              Remark(context.placed.range, "The \(alter.kind) \(shown(name)) is called \(shown(new)) from here on.")
            ]
          case .renamePart(let part):
            return [
              Remark(context.placed.range, "\(shown(part)) of the \(alter.kind) \(shown(name)) gets another name.")
            ]
          case .setSchema:
            return [Remark(context.placed.range, "The \(alter.kind) \(shown(name)) moves to another schema.")]
          default: return []
          }
        default: return []
        }
      }
    ])

  private static func renamed(_ action: AlterAction, _ table: NamePlace) -> Remark? {
    switch action.kind {
    case .renameColumn(let old, let new):
      Remark(action.range, "The column \(shown(old)) of \(shown(table)) is called \(shown(new)) from here on.")
    case .renameTable(let new): Remark(action.range, "\(shown(table)) is called \(shown(new)) from here on.")
    case .setSchema(let schema): Remark(action.range, "\(shown(table)) moves to the schema \(shown(schema)).")
    default: nil
    }
  }
}
