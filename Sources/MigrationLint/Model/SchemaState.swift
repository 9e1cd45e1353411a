package import MigrationCore

/// What the scripts read so far have made of the database: tables, their kinds, columns, constraints and indexes.
///
/// It may start from what a database holds (`seed`); without that, a table that no script creates is not known.
package struct SchemaState: Sendable {
  package private(set) var tables: [ObjectName: TableState] = [:]
  private var keysByName: [String: Set<ObjectName>] = [:]
  private var keysBySchema: [String: Set<ObjectName>] = [:]
  /// Of a table, its partitions and those that inherit from it.
  var partitions: [ObjectName: Set<ObjectName>] = [:]
  /// Of an index, the table that it belongs to.
  var indexes: [ObjectName: ObjectName] = [:]
  /// Schemas that Citus keeps as a shard each.
  var distributedSchemas: Set<String> = []
  /// Where unqualified names go.
  private let defaultSchema: String
  /// Of a distribution column's name, the first table that is distributed by it, and the column's type.
  private var firstByKey: [String: FirstTable] = [:]
  /// Sequences that are known, each with the table whose column it numbers.
  private var sequences: [ObjectName: ObjectName?] = [:]
  /// Of tables that are there now, in bytes; empty where no database was asked.
  var sizes: [ObjectName: Int64] = [:]
  /// The setting `citus.shard_count` that a script has made, in the session that it runs in.
  var shardCount: String?
  /// Whether new schemas become distributed (`citus.enable_schema_based_sharding`).
  var distributesSchemas = false

  /// A table that others with the same distribution column are compared with.
  struct FirstTable: Sendable {
    let table: ObjectName
    let type: String
    /// As the call or a setting says; nil for what the server's setting says.
    let shardCount: String?
  }

  /// Starts from tables that are there already.
  package init(seed: [ObjectName: TableState] = [:], defaultSchema: String = "public") {
    self.defaultSchema = defaultSchema
    for (name, table) in seed { self[name] = table }
  }

  /// The table of a name; setting nil drops it.
  package subscript(name: ObjectName) -> TableState? {
    get { tables[key(name)] }
    set {
      let key = key(name)
      if let newValue {
        guard tables.updateValue(newValue, forKey: key) == nil else { return }
        keysByName[key.name, default: []].insert(key)
        keysBySchema[key.schema ?? "", default: []].insert(key)
      } else if tables.removeValue(forKey: key) != nil {
        keysByName[key.name]?.remove(key)
        keysBySchema[key.schema ?? ""]?.remove(key)
      }
    }
  }

  /// The name with its schema: a name without one is found in any schema, if there is just one of that name.
  func key(_ name: ObjectName) -> ObjectName {
    if name.schema != nil { return name }
    let plain = ObjectName(schema: defaultSchema, name: name.name)
    if tables[plain] == nil, let known = keysByName[name.name], known.count == 1, let only = known.first { return only }
    return plain
  }

  /// Changes a table in place; one that is not known yet is added, so that what is learned about it is kept.
  mutating func update(_ name: ObjectName, _ change: (inout TableState) -> Void) {
    let key = key(name)
    if tables[key] == nil { self[key] = TableState() }
    change(&tables[key, default: TableState()])
  }

  /// Whether a table is new for all that is known: this very file has created it, not from a query.
  ///
  /// `IF NOT EXISTS` is taken for a habit.
  func isNew(_ name: ObjectName, in file: Int) -> Bool {
    guard let table = self[name], table.createdIn == file else { return false }
    return !table.isFromQuery
  }

  /// The first table that is distributed by a column of this name.
  func firstDistributed(by column: String) -> FirstTable? { firstByKey[column] }

  /// Remembers a table that is distributed by a column.
  mutating func noteDistributed(_ name: ObjectName, by column: String) {
    guard firstByKey[column] == nil, let type = self[name]?.columns[column]?.type else { return }
    firstByKey[column] = FirstTable(table: key(name), type: type, shardCount: self[name]?.shardCount)
  }

  mutating func rename(_ old: ObjectName, to new: String) {
    let key = key(old)
    guard let table = tables[key] else { return }
    self[key] = nil
    self[ObjectName(schema: key.schema, name: new)] = table
    sizes[ObjectName(schema: key.schema, name: new)] = sizes.removeValue(forKey: key)
  }

  mutating func move(_ name: ObjectName, to schema: String) {
    let key = key(name)
    guard let table = tables[key] else { return }
    self[key] = nil
    self[ObjectName(schema: schema, name: key.name)] = table
    sizes[ObjectName(schema: schema, name: key.name)] = sizes.removeValue(forKey: key)
  }

  mutating func dropSchema(_ schema: String) {
    for key in keys(inSchema: schema) { self[key] = nil }
  }

  /// Whether anything is managed by Citus.
  var usesCitus: Bool { !distributedSchemas.isEmpty || tables.values.contains(where: \.isCitus) }

  func keys(inSchema schema: String) -> Set<ObjectName> { keysBySchema[schema] ?? [] }
}

// MARK: Sequences

extension SchemaState {
  /// Whether a name is that of a sequence: ALTER TABLE takes these too.
  func isSequence(_ name: ObjectName) -> Bool { sequences[sequenceKey(name)] != nil }

  /// The table whose column a sequence numbers.
  func tableNumbered(by sequence: ObjectName) -> ObjectName? { sequences[sequenceKey(sequence)] ?? nil }

  mutating func noteSequence(_ name: ObjectName, of table: ObjectName?) {
    sequences.updateValue(table.map(key), forKey: sequenceKey(name))
  }

  /// The sequence that the server makes for a serial or identity column.
  mutating func noteSequence(ofColumn column: String, in table: ObjectName) {
    let key = key(table)
    noteSequence(ObjectName(schema: key.schema, name: "\(key.name)_\(column)_seq"), of: key)
  }

  private func sequenceKey(_ name: ObjectName) -> ObjectName {
    name.schema == nil ? ObjectName(schema: defaultSchema, name: name.name) : name
  }
}
