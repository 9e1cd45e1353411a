internal import MigrationCore

extension Rule {
  static let lockBundle = Rule(
    "lock-bundle", .warning, "One transaction keeps several tables, or keeps one longer than it has to",
    why:
      "Locks are kept until the transaction ends. One that locks several tables in use waits for the second while it keeps the "
      + "first, can deadlock with queries that take them in another order, and a validation in it runs under the lock before it.",
    remedy: "Write one file for each table, and VALIDATE CONSTRAINT in a file behind the one that adds it.",
    examples: [
      .bad(
        """
        -- V1__add_tables.sql
        CREATE TABLE users (tenant_id bigint NOT NULL, user_id bigint, PRIMARY KEY (tenant_id, user_id));
        SELECT create_distributed_table('users', 'tenant_id');
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_notes.sql
        ALTER TABLE users ADD COLUMN note text;
        ALTER TABLE bets ADD COLUMN note text;
        """),
      .good(
        """
        -- V1__add_bets.sql
        CREATE TABLE bets (tenant_id bigint NOT NULL, bet_id bigint, PRIMARY KEY (tenant_id, bet_id));
        SELECT create_distributed_table('bets', 'tenant_id');
        -- V2__add_notes.sql
        ALTER TABLE bets ADD COLUMN note text, ADD COLUMN stake numeric;
        """),
    ],
    checks: [.script(bundled)])

  private static func bundled(_ context: ScriptContext) -> [Remark] {
    guard context.script.isTransactional, context.script.role != .undo else { return [] }
    var locks = KeptLocks(context)
    return context.script.statements.flatMap(\.shapes).flatMap { locks.take($0) }
  }
}

/// What the statements of one script lock, one after the other.
private struct KeptLocks {
  private let context: ScriptContext
  /// What the first one has locked.
  private var first: Set<ObjectName> = []
  private var isReported = false
  /// New names of tables, each with the old one.
  private var renamed: [ObjectName: ObjectName] = [:]
  private var added: Set<String> = []

  init(_ context: ScriptContext) {
    self.context = context
  }

  mutating func take(_ placed: PlacedShape) -> [Remark] {
    let tables = placed.shape.lockedTables.filter { isInUse($0, placed) }
    let keys = Set(tables.map { key($0.name) })
    var remarks: [Remark] = []
    if first.isEmpty {
      first = keys
    } else if !isReported, let other = tables.first(where: { !first.contains(key($0.name)) }) {
      isReported = true
      let kept = first.map(\.name).min() ?? ""
      remarks.append(
        Remark(placed.range, "\(shown(other)) is locked while \(shown(kept)) is kept locked too."))
    }
    guard case .alterTable(let alter) = placed.shape else { return remarks }
    return remarks + alter.actions.compactMap { validated($0.kind, alter.table, $0.range) }
  }

  /// A table that the script has made, a view and a sequence are nobody's but its own.
  private func isInUse(_ name: NamePlace, _ placed: PlacedShape) -> Bool {
    if context.script.deeds.makes("table", name, before: placed.range.lowerBound) { return false }
    if case .other? = context.state[name.name]?.placement { return false }
    return !context.state.isSequence(name.name)
  }

  /// Partitions count as their parent, a table with a new name as the one with the old.
  private func key(_ name: ObjectName) -> ObjectName {
    let key = context.state.key(name)
    if let old = renamed[key] { return old }
    return context.state[key]?.parent ?? key
  }

  private mutating func validated(_ action: AlterAction.Kind, _ table: NamePlace, _ range: Range<Int>) -> Remark? {
    switch action {
    case .renameTable(let new):
      let old = key(table.name)
      renamed[ObjectName(schema: old.schema, name: new)] = old
    case .addConstraint(let constraint):
      if let name = constraint.name { added.insert("\(table.name) \(name)") }
    case .validateConstraint(let name) where added.contains("\(table.name) \(name)"):
      return Remark(range, "\(shown(name)) is validated under the lock of the statement that added it.")
    default: break
    }
    return nil
  }
}
