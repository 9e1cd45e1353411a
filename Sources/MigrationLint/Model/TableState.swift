package import MigrationCore

/// A table as the scripts read so far leave it.
package struct TableState: Sendable {
  /// Where its rows are.
  package enum Placement: Sendable, Hashable {
    /// On the coordinator alone, or not known to be elsewhere.
    case local
    /// In shards, by a column; nil for a single shard.
    case distributed(by: String?)
    /// On every node.
    case reference
    /// In the shard of its schema.
    case schemaSharded
    /// A temporary or foreign table, a view: no table that Citus could take.
    case other(Kind)
  }

  /// What a relation is, if it is no ordinary table.
  package enum Kind: String, Sendable, Hashable {
    case view, materializedView = "materialized view", temporaryTable = "temporary table"
    case foreignTable = "foreign table"
  }

  /// A column, as far as rules ask.
  package struct Column: Sendable, Hashable {
    package var type: String
    package var modifiers: [Int] = []
    package var isNotNull = false
    package var isNumbered = false
    package var isGenerated = false
    package var hasSequenceDefault = false
    package var hasDefault = false
    /// The file that added it to a table that was there before; nil for the table's first columns.
    var addedIn: Int?
    /// The file in which an UPDATE has filled it.
    var filledIn: Int?

    /// A column of a type.
    package init(type: String) {
      self.type = type
    }
  }

  package var placement = Placement.local
  package var columns: [String: Column] = [:]
  /// Whether all columns are known: not so for `CREATE TABLE AS`, and for tables that no script creates.
  package var hasAllColumns = false
  package var constraints: [ConstraintState] = []
  package var isPartitioned = false
  package var colocatedWith: String?
  /// How many shards the call or a setting has asked for; nil where the server's setting decides.
  var shardCount: String?
  /// Whether Citus knows the local table (`citus_add_local_table_to_metadata`).
  var isInMetadata = false
  /// Whether a script has written rows while it was local.
  var hasRows = false
  /// Whether it is a partition, or inherits.
  package var parent: ObjectName?
  package var triggers: Set<String> = []
  /// The file that created it; nil for one that no script creates.
  var createdIn: Int?
  /// Where the name stands in that file.
  var createdAt: Range<Int> = 0..<0
  var isFromQuery = false
  /// Whether the statement that created it says IF NOT EXISTS.
  var isConditional = false

  /// A table of which nothing is known.
  package init() {}

  /// Whether Citus manages it.
  var isCitus: Bool {
    switch placement {
    case .distributed, .reference, .schemaSharded: true
    case .local, .other: false
    }
  }

  /// The column that its rows are distributed by.
  var distributionColumn: String? {
    guard case .distributed(let column) = placement else { return nil }
    return column
  }

  var isDistributed: Bool {
    guard case .distributed = placement else { return false }
    return true
  }

  var isReference: Bool { placement == .reference }

  /// In words, for messages.
  var title: String {
    switch placement {
    case .local: "local table"
    case .distributed: "distributed table"
    case .reference: "reference table"
    case .schemaSharded: "table of a distributed schema"
    case .other(let kind): kind.rawValue
    }
  }
}

/// A constraint or unique index of a table.
package struct ConstraintState: Sendable {
  /// Nil where the server chose one.
  var name: String?
  let kind: ConstraintDefinition.Kind
  /// Of a check, those that it says are not null.
  var columns: [String]
  var isValid: Bool
  var reference: ForeignReference?
  let file: Int
  let range: Range<Int>
  /// Whether it is a unique index without a constraint.
  var isIndex = false
  /// Byte offset to write columns at; nil where that makes no sense.
  var columnsOffset: Int?

  /// How many of one table are remembered: more would make each look at them long.
  static let most = 200
}
