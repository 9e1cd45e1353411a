internal import MigrationCore

extension Rule {
  /// What `cit-alter` looks for.
  static func checkAlter(_ context: StatementContext) -> [Remark] {
    switch context.shape {
    case .alterTable(let alter): altered(alter, context)
    case .createIndex(let index) where index.hasTablespace: indexTablespace(index, context)
    case .drop(let drop): droppedTogether(drop, context)
    case .alterOther(let alter): alteredOther(alter, context)
    case .createSequence(_, let owner?): ownedSequence(owner, context)
    case .createPolicy(let table, true): policy(table, context)
    default: []
    }
  }

  private static func altered(_ alter: AlterTable, _ context: StatementContext) -> [Remark] {
    guard let table = context.table(alter.table), table.isCitus else { return [] }
    return alter.actions.compactMap { action in
      guard let message = refusal(action.kind, isAlone: alter.actions.count == 1, table) else { return nil }
      return Remark(action.range, "\(shown(alter.table)) is a \(table.title): \(message)")
    }
  }

  private static let refusedForms: Set<String> = [
    "SET STATISTICS", "INHERIT", "NO INHERIT", "CLUSTER ON", "ALTER CONSTRAINT", "OF", "NOT OF", "SET GENERATED",
    "SET STORAGE", "DROP EXPRESSION", "SET EXPRESSION", "DROP IDENTITY", "RESTART", "RESTART WITH", "SET WITHOUT",
    "SET COLUMN OPTIONS", "RESET COLUMN OPTIONS", "ENABLE RULE", "DISABLE RULE",
  ]

  /// What Citus says (`commands/table.c`, `ErrorIfUnsupportedAlterTableStmt`).
  private static func refusal(_ action: AlterAction.Kind, isAlone: Bool, _ table: TableState) -> String? {
    switch action {
    case .addColumn(let column, _, _) where column.isRefusedByCitus(isAlone: isAlone):
      return "Citus says `cannot execute ADD COLUMN command with PRIMARY KEY, UNIQUE, FOREIGN and CHECK constraints`."
    case .addColumn(let column, _, _) where !isAlone && column.constraints.contains { $0.kind == .foreignKey }:
      return "a column that comes with a foreign key and with other changes has brought the server down (Citus 13.2.2)."
    case .addConstraint(let constraint) where !isAlone && constraint.kind != .notNull:
      return "Citus says `cannot execute ADD CONSTRAINT command with other subcommands`."
    case .setDefault(_, let value) where !isAlone && value.calls.contains("nextval"):
      return
        "Citus says `cannot execute ALTER COLUMN COLUMN .. SET DEFAULT nextval('..') command with other subcommands`."
    case .attachPartition where !isAlone:
      return "Citus says `cannot execute ATTACH PARTITION command with other subcommands`."
    case .detachPartition(_, isConcurrent: true): return "Citus refuses DETACH PARTITION CONCURRENTLY and FINALIZE."
    case .detachPartition where !isAlone:
      return "Citus says `cannot execute DETACH PARTITION command with other subcommands`."
    case .renameConstraint:
      return "Citus says `renaming constraints belonging to distributed tables is currently unsupported`."
    case .rewrite("SET TABLESPACE"):
      return "Citus says `alter table command is currently unsupported`."
    case .other(let form) where refusedForms.contains(form):
      return "\(form) is a form of which Citus says `alter table command is currently unsupported`."
    case .alterType(let column, _, _) where table.columns[column.name]?.hasSequenceDefault == true:
      return "\(shown(column)) takes its values from a sequence, and Citus does not change the type of such a column."
    default: return nil
    }
  }

  private static func indexTablespace(_ index: CreateIndex, _ context: StatementContext) -> [Remark] {
    guard context.table(index.table)?.isCitus == true else { return [] }
    return [
      Remark(
        context.placed.range,
        "Citus says `specifying tablespaces with CREATE INDEX statements is currently unsupported`.")
    ]
  }

  private static func droppedTogether(_ drop: Drop, _ context: StatementContext) -> [Remark] {
    guard drop.kind == "index", drop.names.count > 1,
      drop.names.contains(where: { isCitusIndex($0, context) })
    else { return [] }
    return [Remark(context.placed.range, "Citus says `cannot drop multiple distributed objects in a single command`.")]
  }

  private static func isCitusIndex(_ name: NamePlace, _ context: StatementContext) -> Bool {
    let table = context.state.indexes[context.state.key(name.name)]
    return table.flatMap { context.state[$0] }?.isCitus == true
  }

  private static func alteredOther(_ alter: AlterOther, _ context: StatementContext) -> [Remark] {
    guard let name = alter.name else { return [] }
    if alter.kind == "index", alter.action == .setTablespace, isCitusIndex(name, context) {
      return [
        Remark(context.placed.range, "Citus does not move indexes of the tables that it manages to a tablespace.")
      ]
    }
    if alter.kind == "sequence", alter.action == .other, let owner = context.state.tableNumbered(by: name.name),
      context.state[owner]?.isCitus == true
    {
      return [
        Remark(
          context.placed.range,
          "\(shown(name)) numbers \(shown(owner)): Citus says `Altering a distributed sequence is currently not supported.`",
          remedy: "Use setval().")
      ]
    }
    return []
  }

  private static func ownedSequence(_ owner: NamePlace, _ context: StatementContext) -> [Remark] {
    guard context.table(owner)?.isCitus == true else { return [] }
    return [
      Remark(
        owner.range, "Citus says `cannot create sequences that specify a distributed table in their OWNED BY option`.")
    ]
  }

  private static func policy(_ table: NamePlace, _ context: StatementContext) -> [Remark] {
    guard context.table(table)?.isCitus == true else { return [] }
    return [
      Remark(
        context.placed.range,
        "The policy has a subquery: Citus does not take these in policies of tables that it manages.")
    ]
  }
}
