internal import MigrationCore

extension SchemaState {
  mutating func alter(_ alter: AlterTable, _ file: Int) {
    for action in alter.actions { self.alter(alter.table.name, action.kind, file) }
  }

  private mutating func alter(_ name: ObjectName, _ action: AlterAction.Kind, _ file: Int) {
    switch action {
    case .addConstraint, .validateConstraint, .dropConstraint, .renameConstraint:
      alterConstraint(name, action, file)
    case .renameTable(let new): rename(name, to: new)
    case .setSchema(let schema): move(name, to: schema)
    case .attachPartition(let partition):
      let parent = key(name)
      partitions[parent, default: []].insert(key(partition.name))
      let placement = self[name]?.placement
      update(partition.name) { table in
        table.parent = parent
        if let placement { table.placement = placement }
      }
    case .detachPartition(let partition, _): update(partition.name) { $0.parent = nil }
    default: alterColumn(name, action, file)
    }
  }

  private mutating func alterColumn(_ name: ObjectName, _ action: AlterAction.Kind, _ file: Int) {
    switch action {
    case .addColumn(let definition, let isConditional, _): addColumn(definition, isConditional, to: name, file)
    case .dropColumn(let column, _):
      update(name) { table in
        table.columns[column.name] = nil
        table.constraints.removeAll { $0.columns.contains(column.name) }
      }
    case .setNotNull(let column): update(name) { $0.columns[column.name]?.isNotNull = true }
    case .dropNotNull(let column): update(name) { $0.columns[column.name]?.isNotNull = false }
    case .alterType(let column, let type, _):
      update(name) { table in
        table.columns[column.name]?.type = type.canonical
        table.columns[column.name]?.modifiers = type.modifiers
      }
    case .setDefault(let column, let value): setDefault(of: column.name, value, name)
    case .dropDefault(let column):
      update(name) { table in
        table.columns[column.name]?.hasDefault = false
        table.columns[column.name]?.hasSequenceDefault = false
      }
    case .addIdentity(let column):
      noteSequence(ofColumn: column.name, in: name)
      update(name) { table in
        table.columns[column.name]?.isNumbered = true
        table.columns[column.name]?.hasSequenceDefault = true
      }
    case .renameColumn(let old, let new): update(name) { $0.rename(old.name, to: new) }
    default: break
    }
  }

  private mutating func addColumn(
    _ definition: ColumnDefinition, _ isConditional: Bool, to name: ObjectName, _ file: Int
  ) {
    let isNew = isNew(name, in: file)
    noteSequences(definition, name)
    update(name) { table in
      guard !(isConditional && table.columns[definition.name.name] != nil) else { return }
      var column = Self.column(definition)
      if !isNew { column.addedIn = file }
      table.columns[definition.name.name] = column
      for constraint in definition.constraints { Self.add(constraint, to: &table, file) }
    }
  }

  private mutating func setDefault(of column: String, _ value: Expression, _ name: ObjectName) {
    if let sequence = value.sequence { noteSequence(sequence, of: name) }
    update(name) { table in
      table.columns[column]?.hasDefault = true
      table.columns[column]?.hasSequenceDefault = value.calls.contains("nextval")
    }
  }

  private mutating func alterConstraint(_ name: ObjectName, _ action: AlterAction.Kind, _ file: Int) {
    update(name) { table in
      switch action {
      case .addConstraint(let constraint): Self.add(constraint, to: &table, file)
      case .validateConstraint(let constraint):
        for index in table.constraints.indices where table.constraints[index].name == constraint {
          table.constraints[index].isValid = true
        }
      case .dropConstraint(let constraint): table.constraints.removeAll { $0.name == constraint }
      case .renameConstraint(let old, let new):
        for index in table.constraints.indices where table.constraints[index].name == old {
          table.constraints[index].name = new
        }
      default: break
      }
    }
  }
}

extension TableState {
  /// The distribution column follows its name (`pg_dist_partition.partkey` holds its number).
  fileprivate mutating func rename(_ old: String, to new: String) {
    columns[new] = columns.removeValue(forKey: old)
    if distributionColumn == old { placement = .distributed(by: new) }
    for index in constraints.indices {
      constraints[index].columns = constraints[index].columns.map { $0 == old ? new : $0 }
    }
  }
}
