internal import MigrationCore

extension Shape {
  /// The tables that a statement locks against writers or readers.
  var lockedTables: [NamePlace] {
    switch self {
    case .alterTable(let alter): alter.actions.contains { $0.kind.locksOthersOut } ? [alter.table] : []
    case .drop(let drop): drop.kind == "table" ? drop.names : []
    case .truncate(let tables): tables
    case .createIndex(let index): index.isConcurrent ? [] : [index.table]
    case .createTrigger(_, let table): [table]
    default: []
    }
  }

  /// The names that a statement gives.
  var givenNames: [(name: String, range: Range<Int>)] {
    switch self {
    case .createTable(let table):
      [Self.given(table.name)] + table.columns.map { ($0.name.name, $0.name.range) }
        + table.constraints.compactMap { constraint in constraint.name.map { ($0, constraint.range) } }
    case .createIndex(let index): index.name.map { [Self.given($0)] } ?? []
    case .createView(let view): [Self.given(view.name)]
    case .createFunction(let function): [Self.given(function.name)]
    case .createSequence(let name, _): [Self.given(name)]
    case .createOther(let other): other.name.map { [Self.given($0)] } ?? []
    case .alterTable(let alter): alter.actions.compactMap { action in action.givenName.map { ($0, action.range) } }
    default: []
    }
  }

  private static func given(_ place: NamePlace) -> (name: String, range: Range<Int>) { (place.name.name, place.range) }
}

extension AlterAction.Kind {
  /// Whether others wait: VALIDATE, storage parameters and attaching let them work.
  fileprivate var locksOthersOut: Bool {
    switch self {
    case .validateConstraint, .attachPartition, .detachPartition(_, isConcurrent: true): false
    case .other(let form): !["SET", "RESET", "SET STATISTICS", "CLUSTER ON", "SET WITHOUT"].contains(form)
    default: true
    }
  }
}

extension AlterAction {
  fileprivate var givenName: String? {
    switch kind {
    case .addColumn(let column, _, _): column.name.name
    case .addConstraint(let constraint): constraint.name
    case .renameColumn(_, let new), .renameTable(let new), .renameConstraint(_, let new): new
    default: nil
    }
  }
}

extension Call {
  /// What a call of `set_config` sets.
  var setting: Setting? {
    guard function == "set_config", let name = argument("setting_name", at: 0)?.value?.lowercased() else { return nil }
    let isLocal = argument("is_local", at: 2)?.value.map { ["true", "t", "on", "yes", "1"].contains($0.lowercased()) }
    return Setting(
      name: name, value: argument("new_value", at: 1)?.value?.lowercased(), scope: isLocal == true ? .local : .session,
      range: range, isStatement: false)
  }
}
