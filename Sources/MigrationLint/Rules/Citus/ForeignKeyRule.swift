internal import MigrationCore

extension Rule {
  static let citusForeignKey = Rule(
    "cit-fk", .error, "A foreign key that Citus cannot check",
    why:
      "A foreign key of a distributed table is checked in a shard: it may refer to a reference table, or to a colocated "
      + "table when both sides name the distribution column in the same place. Nothing else may refer to a distributed table.",
    remedy:
      "Distribute the referenced table first, by the same column and colocated, and put that column into the key on "
      + "both sides; make a lookup table a reference table before it is referred to.",
    serverMessage: "referenced table \"bet_statuses\" must be a distributed table or a reference table",
    examples: [
      .bad(
        """
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        CREATE TABLE bets (
          tenant_id bigint NOT NULL, bet_id bigint, status_code text REFERENCES bet_statuses,
          PRIMARY KEY (tenant_id, bet_id)
        );
        SELECT create_distributed_table('bets', 'tenant_id');
        """, refusal: "must be a distributed table or a reference table"),
      .bad(
        """
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        ALTER TABLE bets ADD CONSTRAINT bets_user FOREIGN KEY (user_id, tenant_id) REFERENCES users (tenant_id, user_id);
        """, refusal: "Foreign keys are supported in two cases"),
      .bad(
        """
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        SELECT create_reference_table('bet_statuses');
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (
          tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, status_code text REFERENCES bet_statuses,
          PRIMARY KEY (tenant_id, bet_id), FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, user_id)
        );
        SELECT create_distributed_table('bets', 'tenant_id');
        """, refusal: "foreign keys from reference tables and local tables to distributed tables are not supported"),
      .good(
        """
        CREATE TABLE bet_statuses (status_code text PRIMARY KEY);
        SELECT create_reference_table('bet_statuses');
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (
          tenant_id bigint NOT NULL, bet_id bigint, user_id bigint, status_code text, PRIMARY KEY (tenant_id, bet_id),
          FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, user_id)
        );
        SELECT create_distributed_table('bets', 'tenant_id');
        ALTER TABLE bets ADD CONSTRAINT bets_status FOREIGN KEY (status_code) REFERENCES bet_statuses;
        """),
    ],
    checks: [.statement(checkForeignKey)])

  private static func checkForeignKey(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .alterTable(let alter):
      return alter.actions.flatMap { action -> [Remark] in
        guard case .addConstraint(let key) = action.kind, let reference = key.reference,
          let table = context.table(alter.table)
        else { return [] }
        let columns = key.columns.map(\.name)
        return problem(columns, reference, alter.table.name, table.placement, table.colocatedWith, context)
          .map { [Remark(action.range, $0)] } ?? []
      }
    case .createTable(let table): return keysOfNew(table, context)
    case .query(let query): return query.calls.flatMap { keysOfDistributed($0, context) }
    default: return []
    }
  }

  /// A key to a reference table makes a new table a Citus local table at once (where the coordinator is in the metadata),
  /// and such a one may not refer to a distributed table.
  private static func keysOfNew(_ table: CreateTable, _ context: StatementContext) -> [Remark] {
    guard table.persistence == .permanent, table.partitionOf == nil else { return [] }
    let targets = table.constraints.compactMap { constraint in
      constraint.reference.map { (constraint.range, $0.table, context.table($0.table)) }
    }
    guard let distributed = targets.first(where: { $0.2?.isDistributed == true })?.1 else { return [] }
    return targets.filter { $0.2?.isReference == true }.map { range, reference, _ in
      Remark(
        range,
        "The key to the reference table \(shown(reference)) makes \(shown(table.name)) a table of Citus before it is "
          + "distributed, and as such it may not refer to \(shown(distributed)): `foreign keys from reference tables and "
          + "local tables to distributed tables are not supported`.",
        remedy: "Add this key with ALTER TABLE behind create_distributed_table.")
    }
  }

  private static func keysOfDistributed(_ call: Call, _ context: StatementContext) -> [Remark] {
    guard let name = call.table(), let table = context.table(name) else { return [] }
    let placement: TableState.Placement
    if CitusFunctions.distributing.contains(call.function), let argument = call.argument("distribution_column", at: 1),
      argument.isLiteral
    {
      placement = .distributed(by: argument.value)
    } else if call.function == "create_reference_table" {
      placement = .reference
    } else {
      return []
    }
    return table.constraints.compactMap { key in
      guard let reference = key.reference,
        let message = problem(
          key.columns, reference, name.name, placement, call.argument("colocate_with", at: 3)?.value, context)
      else { return nil }
      let isHere = key.file == context.script.index
      return Remark(isHere ? key.range : call.range, message)
    }
  }

  /// Why Citus refuses a foreign key; nil if it does not, or if not enough is known.
  private static func problem(
    _ columns: [String], _ reference: ForeignReference, _ name: ObjectName, _ placement: TableState.Placement,
    _ colocation: String?, _ context: StatementContext
  ) -> String? {
    let isItself = context.state.key(reference.table.name) == context.state.key(name)
    guard context.isPlain(reference.table), isItself || context.table(reference.table) != nil else { return nil }
    let target = isItself ? placement : context.table(reference.table)?.placement ?? .local
    let both = "\(shown(name)) refers to \(shown(reference.table))"
    switch (placement, target) {
    case (.distributed, .local):
      // A table that only an ALTER has named may be anything.
      guard context.table(reference.table)?.createdIn != nil else { return nil }
      return "\(both), which is neither distributed nor a reference table at this point."
    case (.reference, .distributed), (.local, .distributed):
      return "\(both): Citus says `foreign keys from reference tables and local tables to distributed tables are not "
        + "supported`."
    case (.distributed, _), (.reference, _):
      break
    default: return nil
    }
    if let message = action(columns, reference, context.state[name], placement, both) { return message }
    switch (placement, target) {
    case (.distributed(let own?), .distributed(let other?)):
      if !isItself, isApart(name, colocation, reference.table.name, context) {
        return
          "\(both), and the two are not colocated: Citus says `relations are not colocated or not referencing a reference "
          + "table`."
      }
      return colocated(own, other, columns, reference, both, isItself, context)
    default: return nil
    }
  }

  private static func colocated(
    _ own: String, _ other: String, _ columns: [String], _ reference: ForeignReference, _ both: String,
    _ isItself: Bool, _ context: StatementContext
  ) -> String? {
    guard !ScriptMask.isPlaceholder(own + other), !columns.contains(where: ScriptMask.isPlaceholder) else { return nil }
    let target = context.table(reference.table)
    let key = target?.constraints.first { $0.kind == .primaryKey }
    let referenced = reference.columns.isEmpty ? key?.columns ?? [] : reference.columns
    guard !referenced.isEmpty || !columns.contains(own) else { return nil }
    let isPaired = zip(columns, referenced).contains { $0 == own && $1 == other }
    guard isPaired else {
      return
        "\(both) without the distribution columns (\(shown(own)), \(shown(other))) in the same place of both sides."
    }
    return nil
  }

  /// Whether one of two tables founds or belongs to a group of its own, and the other is not in it.
  private static func isApart(
    _ name: ObjectName, _ colocation: String?, _ other: ObjectName, _ context: StatementContext
  ) -> Bool {
    let own = group(context.state.key(name), colocation, context)
    let target = group(context.state.key(other), context.state[other]?.colocatedWith, context)
    return own.founder != target.founder && (own.isClosed || target.isClosed)
  }

  /// The first table of the group that `colocate_with` leads to, and whether others come to it only by that name.
  private static func group(
    _ name: ObjectName, _ colocation: String?, _ context: StatementContext
  ) -> (founder: ObjectName, isClosed: Bool) {
    var (founder, next) = (name, colocation)
    for _ in 0..<20 {
      // Partitions are where their parent is.
      if let parent = context.state[founder]?.parent {
        (founder, next) = (parent, context.state[parent]?.colocatedWith)
        continue
      }
      guard let named = next, named != "none", named != "default", let table = ObjectName(literal: named) else { break }
      founder = context.state.key(table)
      next = context.state[table]?.colocatedWith
    }
    return (founder, next == "none")
  }

  /// What an action of a key would do, and Citus does not let it.
  private static func action(
    _ columns: [String], _ reference: ForeignReference, _ table: TableState?, _ placement: TableState.Placement,
    _ both: String
  ) -> String? {
    let deleting = reference.deleteColumns ?? columns
    let setting = ["set null", "set default"]
    let cleared =
      (setting.contains(reference.onDelete ?? "") ? deleting : [])
      + (setting.contains(reference.onUpdate ?? "") || reference.onUpdate == "cascade" ? columns : [])
    if case .distributed(let own?) = placement, cleared.contains(own) {
      return
        "\(both) with an action that would change the distribution column \(shown(own)): Citus says `SET NULL or SET "
        + "DEFAULT is not supported in ON DELETE operation when distribution key is included`."
    }
    let defaulted =
      (reference.onDelete == "set default" ? deleting : []) + (reference.onUpdate == "set default" ? columns : [])
    guard let drawing = defaulted.first(where: { table?.columns[$0]?.hasSequenceDefault == true }) else { return nil }
    return
      "\(both) with SET DEFAULT, and \(shown(drawing)) has its default from a sequence: Citus says `ON DELETE / UPDATE SET "
      + "DEFAULT actions on the columns that default to sequences` are not supported."
  }
}
