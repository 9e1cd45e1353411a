package import MigrationCore

/// Works out from a statement's text what it does to tables: which locks it takes, whether it writes or reads all rows.
///
/// The locks are those of PostgreSQL's documentation ("Explicit Locking", `ALTER TABLE`) and, for Citus's functions,
/// what they were seen to take. What is new in the same migration is not told apart: nobody waits for that.
package enum StatementForecast {
  /// What a statement does, by table in the order of its text.
  package static func tables(of statement: SQLStatement) -> [TableEffect] {
    let bytes = Array((statement.backfill?.update ?? statement.text).utf8)
    var effects: [TableEffect] = []
    for placed in ShapeReader.shapes(Lexing.lexemes(bytes[...]), in: bytes) {
      for effect in placed.shape.forecast { merge(effect, into: &effects) }
    }
    return effects
  }

  /// What the migrations of a plan do; names without schema belong to `defaultSchema`.
  package static func steps(_ steps: [PlannedStep], defaultSchema: String) -> [StepEffects] {
    steps.map { step in
      var effects = StepEffects(script: step.script.script)
      effects.statements = step.statements.map { statement in
        StatementEffect(
          line: statement.line, verb: statement.facts.verb,
          tables: tables(of: statement).map { $0.qualified(by: defaultSchema) }, isObserved: false)
      }
      return effects
    }
  }

  private static func merge(_ effect: TableEffect, into effects: inout [TableEffect]) {
    guard let index = effects.firstIndex(where: { $0.table == effect.table }) else { return effects.append(effect) }
    effects[index].lock = [effects[index].lock, effect.lock].compactMap(\.self).max()
    effects[index].isRewritten = effects[index].isRewritten || effect.isRewritten
    effects[index].isScanned = effects[index].isScanned || effect.isScanned
  }
}

extension TableEffect {
  fileprivate init(_ place: NamePlace, _ lock: LockMode, rewrites: Bool = false, scans: Bool = false) {
    self.init(place.name, lock: lock)
    (isRewritten, isScanned) = (rewrites, scans)
  }

  fileprivate func qualified(by schema: String) -> TableEffect {
    guard table.schema == nil else { return self }
    var effect = TableEffect(ObjectName(schema: schema, name: table.name), lock: lock, shardLock: shardLock)
    (effect.isRewritten, effect.isScanned) = (isRewritten, isScanned)
    return effect
  }
}

extension Shape {
  /// What it does to tables.
  var forecast: [TableEffect] {
    switch self {
    case .alterTable(let alter): alter.actions.flatMap { $0.forecast(on: alter.table) }
    case .createTable(let table):
      (table.partitionOf.map { [TableEffect($0, .shareUpdateExclusive)] } ?? [])
        + table.references.map { TableEffect($0.table, .shareRowExclusive) }
    case .createIndex(let index):
      [TableEffect(index.table, index.isConcurrent ? .shareUpdateExclusive : .share, scans: true)]
    case .createTrigger(_, let table): [TableEffect(table, .shareRowExclusive)]
    case .createRule(let table), .createPolicy(let table, _): [TableEffect(table, .accessExclusive)]
    case .drop(let drop): drop.forecast
    case .truncate(let tables), .lockTables(let tables): tables.map { TableEffect($0, .accessExclusive) }
    case .insert(let insert): [TableEffect(insert.table, .rowExclusive)]
    case .update(let update): [TableEffect(update.table, .rowExclusive, scans: update.condition == nil)]
    case .delete(let delete): [TableEffect(delete.table, .rowExclusive, scans: delete.condition == nil)]
    case .merge(let table), .copyIn(let table): [TableEffect(table, .rowExclusive)]
    case .query(let query): query.calls.compactMap(\.forecast)
    case .maintenance(let work): work.forecast
    default: []
    }
  }
}

extension CreateTable {
  fileprivate var references: [ForeignReference] {
    (constraints + columns.flatMap(\.constraints)).compactMap(\.reference)
  }
}

extension Drop {
  fileprivate var forecast: [TableEffect] {
    switch kind {
    case "table", "materialized view", "foreign table": names.map { TableEffect($0, .accessExclusive) }
    case "trigger", "rule", "policy": table.map { [TableEffect($0, .accessExclusive)] } ?? []
    default: []
    }
  }
}

extension AlterAction {
  fileprivate func forecast(on table: NamePlace) -> [TableEffect] {
    switch kind {
    case .addColumn(let column, _, _):
      let rewrites =
        column.isNumbered || column.generated == .stored
        || column.fallback.flatMap(FunctionVolatility.volatileCall) != nil
      let scans = column.constraints.contains { $0.kind == .check || $0.kind == .unique || $0.kind == .primaryKey }
      return [TableEffect(table, .accessExclusive, rewrites: rewrites, scans: rewrites || scans)]
        + column.constraints.compactMap(\.reference).map { TableEffect($0.table, .shareRowExclusive) }
    case .setNotNull: return [TableEffect(table, .accessExclusive, scans: true)]
    case .alterType: return [TableEffect(table, .accessExclusive, rewrites: true, scans: true)]
    case .addIdentity, .dropColumn, .dropNotNull, .setDefault, .dropDefault, .dropConstraint, .renameColumn,
      .renameTable,
      .renameConstraint, .setSchema, .unknown:
      return [TableEffect(table, .accessExclusive)]
    case .addConstraint(let constraint): return constraint.forecast(on: table)
    case .validateConstraint: return [TableEffect(table, .shareUpdateExclusive, scans: true)]
    case .attachPartition(let partition):
      return [TableEffect(table, .shareUpdateExclusive), TableEffect(partition, .accessExclusive, scans: true)]
    case .detachPartition(let partition, let isConcurrent):
      let lock = isConcurrent ? LockMode.shareUpdateExclusive : .accessExclusive
      return [TableEffect(table, lock), TableEffect(partition, lock)]
    case .trigger: return [TableEffect(table, .shareRowExclusive)]
    case .rewrite: return [TableEffect(table, .accessExclusive, rewrites: true, scans: true)]
    case .other(let form):
      let isLight = ["SET", "RESET", "SET STATISTICS", "CLUSTER ON", "SET WITHOUT"].contains(form)
      return [TableEffect(table, isLight ? .shareUpdateExclusive : .accessExclusive)]
    }
  }
}

extension ConstraintDefinition {
  fileprivate func forecast(on table: NamePlace) -> [TableEffect] {
    if let reference {
      let lock = LockMode.shareRowExclusive
      return [TableEffect(table, lock, scans: !isNotValid), TableEffect(reference.table, lock)]
    }
    return [TableEffect(table, .accessExclusive, scans: !isNotValid && usesIndex == nil)]
  }
}

extension Call {
  fileprivate var forecast: TableEffect? {
    let relation = table() ?? table(label: "relation") ?? table(label: "table")
    guard let relation else { return nil }
    switch function {
    case "create_distributed_table", "create_reference_table":
      return TableEffect(relation, .exclusive, scans: true)
    case "create_distributed_table_concurrently": return TableEffect(relation, .shareUpdateExclusive, scans: true)
    case "alter_distributed_table", "undistribute_table", "alter_table_set_access_method":
      return TableEffect(relation, .accessExclusive, rewrites: true, scans: true)
    default: return nil
    }
  }
}

extension Maintenance {
  fileprivate var forecast: [TableEffect] {
    guard let target else { return [] }
    return switch kind {
    case .vacuum(isFull: true), .cluster: [TableEffect(target, .accessExclusive, rewrites: true, scans: true)]
    case .vacuum, .analyze: [TableEffect(target, .shareUpdateExclusive, scans: true)]
    case .reindex(let isConcurrent): [TableEffect(target, isConcurrent ? .shareUpdateExclusive : .share, scans: true)]
    case .refresh(let isConcurrent):
      [TableEffect(target, isConcurrent ? .exclusive : .accessExclusive, rewrites: true, scans: true)]
    }
  }
}
