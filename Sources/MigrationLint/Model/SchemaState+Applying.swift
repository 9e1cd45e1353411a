internal import MigrationCore

extension SchemaState {
  /// Takes a statement in; `file` is the index of the file that it stands in.
  mutating func apply(_ shape: Shape, file: Int) {
    switch shape {
    case .createTable(let table): create(table, file)
    case .createView(let view):
      var state = TableState()
      state.placement = .other(view.isMaterialized ? .materializedView : .view)
      state.createdIn = file
      state.createdAt = view.name.range
      self[view.name.name] = state
    case .alterTable(let alter): self.alter(alter, file)
    case .createIndex(let index): create(index, file)
    case .createTrigger(let name, let table): update(table.name) { $0.triggers.insert(name) }
    case .alterOther(let alter): self.alter(alter)
    case .drop(let drop): self.drop(drop)
    case .createSequence(let name, let owner): noteSequence(name.name, of: owner?.name)
    case .insert(let insert): noteRows(insert.table.name)
    case .copyIn(let table): noteRows(table.name)
    case .update(let update): fill(update, file)
    case .query(let query):
      for call in query.calls { apply(call) }
      if let into = query.into { createFromQuery(into, file) }
    case .set(let setting) where setting.name == "citus.shard_count": shardCount = setting.value
    case .set(let setting) where setting.name == "citus.enable_schema_based_sharding":
      distributesSchemas = setting.scope != .reset && !setting.isOff
    case .createOther(let other) where other.kind == "schema" && distributesSchemas:
      if let name = other.name { distributedSchemas.insert(name.name.name) }
    default: break
    }
  }

  private mutating func create(_ table: CreateTable, _ file: Int) {
    // With IF NOT EXISTS a table that is known stays what it is.
    if table.isConditional, self[table.name.name] != nil { return }
    var state = TableState()
    state.createdIn = file
    state.createdAt = table.name.range
    state.isConditional = table.isConditional
    state.hasAllColumns = !table.hasUnknownColumns
    state.isFromQuery = table.isFromQuery
    state.isPartitioned = table.partitionColumns != nil
    switch table.persistence {
    case .temporary: state.placement = .other(.temporaryTable)
    case .foreign: state.placement = .other(.foreignTable)
    case .permanent, .unlogged: break
    }
    for column in table.columns { state.columns[column.name.name] = Self.column(column) }
    for source in table.likes { state.columns.merge(self[source.name]?.columns ?? [:]) { own, _ in own } }
    if let parent = table.partitionOf ?? table.parents.first {
      state.parent = key(parent.name)
      partitions[key(parent.name), default: []].insert(key(table.name.name))
      if let known = self[parent.name] {
        state.columns.merge(known.columns) { own, _ in own }
        // A partition of a distributed table is distributed with it.
        if table.partitionOf != nil { state.placement = known.placement }
      }
    }
    for constraint in table.constraints { Self.add(constraint, to: &state, file) }
    let target = key(table.name.name)
    if let schema = target.schema, distributedSchemas.contains(schema) { state.placement = .schemaSharded }
    self[table.name.name] = state
    for column in table.columns { noteSequences(column, table.name.name) }
  }

  private mutating func noteRows(_ name: ObjectName) {
    guard let table = self[name], !table.isCitus, !table.hasRows else { return }
    update(name) { $0.hasRows = true }
  }

  /// The sequences that a column draws from.
  mutating func noteSequences(_ column: ColumnDefinition, _ table: ObjectName) {
    if column.isNumbered { noteSequence(ofColumn: column.name.name, in: table) }
    if let sequence = column.fallback?.sequence { noteSequence(sequence, of: table) }
  }

  private mutating func createFromQuery(_ name: NamePlace, _ file: Int) {
    var state = TableState()
    state.createdIn = file
    state.createdAt = name.range
    state.isFromQuery = true
    self[name.name] = state
  }

  static func column(_ definition: ColumnDefinition) -> TableState.Column {
    var column = TableState.Column(type: definition.type.canonical)
    column.modifiers = definition.type.modifiers
    column.isNotNull = definition.isNotNull
    column.isNumbered = definition.isNumbered
    column.isGenerated = definition.generated == .stored
    column.hasDefault = definition.hasDefault
    column.hasSequenceDefault =
      definition.isNumbered || definition.fallback?.calls.contains("nextval") == true
    return column
  }

  static func add(_ constraint: ConstraintDefinition, to table: inout TableState, _ file: Int) {
    if constraint.kind == .notNull {
      for column in constraint.columns { table.columns[column.name]?.isNotNull = true }
      return
    }
    // An index that becomes a constraint brings its columns with it.
    let index = constraint.usesIndex.flatMap { name in table.constraints.first { $0.isIndex && $0.name == name } }
    if constraint.kind == .primaryKey {
      for column in constraint.columns { table.columns[column.name]?.isNotNull = true }
    }
    guard table.constraints.count < ConstraintState.most else { return }
    table.constraints.append(
      ConstraintState(
        name: constraint.name ?? constraint.usesIndex, kind: constraint.kind,
        columns: index?.columns ?? constraint.columns.map(\.name), isValid: !constraint.isNotValid,
        reference: constraint.reference, file: file, range: constraint.range,
        columnsOffset: constraint.columnsOffset))
  }

  private mutating func create(_ index: CreateIndex, _ file: Int) {
    let table = key(index.table.name)
    if let name = index.name { indexes[ObjectName(schema: table.schema, name: name.name.name)] = table }
    guard index.isUnique else { return }
    let state = ConstraintState(
      name: index.name?.name.name, kind: .unique, columns: index.elements.compactMap(\.column), isValid: true,
      reference: nil, file: file,
      range: index.elements.reduce(index.table.range) { $0.joined(with: $1.range) }, isIndex: true,
      columnsOffset: index.elementsOffset)
    update(index.table.name) { table in
      if table.constraints.count < ConstraintState.most { table.constraints.append(state) }
    }
  }

  private mutating func fill(_ update: Update, _ file: Int) {
    guard self[update.table.name] != nil else { return }
    self.update(update.table.name) { table in
      for column in update.assignments.flatMap(\.columns) where table.columns[column.name]?.addedIn != nil {
        table.columns[column.name]?.filledIn = file
      }
    }
  }

  private mutating func alter(_ alter: AlterOther) {
    guard let name = alter.name else { return }
    switch (alter.kind, alter.action) {
    case ("view", .rename(let new)), ("materialized view", .rename(let new)): rename(name.name, to: new)
    case ("index", .rename(let new)):
      if let table = indexes.removeValue(forKey: key(name.name)) {
        indexes[ObjectName(schema: table.schema, name: new)] = table
      }
    default: break
    }
  }

  private mutating func drop(_ drop: Drop) {
    switch drop.kind {
    case "table", "view", "materialized view", "foreign table":
      for name in drop.names { self[name.name] = nil }
    case "schema":
      for name in drop.names { dropSchema(name.name.name) }
    case "index":
      for name in drop.names {
        guard let table = indexes.removeValue(forKey: key(name.name)) else { continue }
        update(table) { $0.constraints.removeAll { $0.isIndex && $0.name == name.name.name } }
      }
    case "trigger":
      guard let table = drop.table, self[table.name] != nil, let name = drop.names.first else { return }
      update(table.name) { $0.triggers.remove(name.name.name) }
    default: break
    }
  }
}

// MARK: Citus

extension SchemaState {
  private mutating func apply(_ call: Call) {
    switch call.function {
    case "create_distributed_table", "create_distributed_table_concurrently":
      guard let table = call.table() else { return }
      let column = call.argument("distribution_column", at: 1)
      let colocated = call.argument("colocate_with", at: 3)?.value
      let placement = TableState.Placement.distributed(by: column?.isLiteral == true ? column?.value : nil)
      update(table.name) { [shardCount] in
        $0.shardCount = call.argument("shard_count", at: 4)?.value ?? shardCount
      }
      place(table.name, placement, colocated)
    case "create_reference_table":
      if let table = call.table() { place(table.name, .reference, nil) }
    case "undistribute_table":
      if let table = call.table() { place(table.name, .local, nil) }
    case "alter_distributed_table":
      guard let table = call.table(), let column = call.argument("distribution_column", at: 1), column.isLiteral,
        let name = column.value
      else { return }
      place(table.name, .distributed(by: name), call.argument("colocate_with", at: 3)?.value)
    case "citus_add_local_table_to_metadata":
      if let table = call.table() { update(table.name) { $0.isInMetadata = true } }
    case "citus_schema_distribute":
      guard let schema = call.argument("schemaname", at: 0)?.value else { return }
      distributedSchemas.insert(schema)
      for key in keys(inSchema: schema) { update(key) { $0.placement = .schemaSharded } }
    case "citus_schema_undistribute":
      guard let schema = call.argument("schemaname", at: 0)?.value, distributedSchemas.remove(schema) != nil else {
        return
      }
      for key in keys(inSchema: schema) where self[key]?.placement == .schemaSharded {
        update(key) { $0.placement = .local }
      }
    default: break
    }
  }

  private mutating func place(_ name: ObjectName, _ placement: TableState.Placement, _ colocated: String?) {
    if case .other(let kind)? = self[name]?.placement, kind != .foreignTable { return }
    update(name) { table in
      table.placement = placement
      table.colocatedWith = colocated
    }
    // Partitions go with their parent.
    if case .distributed(let column?) = placement { noteDistributed(name, by: column) }
    for child in partitions[key(name)] ?? [] where self[child]?.parent == key(name) {
      update(child) { $0.placement = placement }
    }
  }
}

extension Range<Int> {
  func joined(with other: Range<Int>) -> Range<Int> {
    Swift.min(lowerBound, other.lowerBound)..<Swift.max(upperBound, other.upperBound)
  }
}
