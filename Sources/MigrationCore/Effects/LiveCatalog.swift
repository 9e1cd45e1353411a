/// What a database holds at a moment, as far as its scripts are judged by it.
package struct LiveCatalog: Sendable, Hashable {
  /// All tables of its schemas.
  package var relations: [LiveRelation]
  /// Of some tables, how large they are with indexes on all nodes together, in bytes.
  package var sizes: [ObjectName: Int64]

  /// A catalog from its parts.
  package init(relations: [LiveRelation] = [], sizes: [ObjectName: Int64] = [:]) {
    self.relations = relations
    self.sizes = sizes
  }
}

/// A table that is there.
package struct LiveRelation: Sendable, Hashable {
  /// What Citus has made of it.
  package enum Placement: Sendable, Hashable {
    case local
    /// By a column; nil for a single shard.
    case distributed(by: String?)
    case reference
  }

  /// One column.
  package struct Column: Sendable, Hashable {
    package let name: String
    /// As `format_type` writes it.
    package let type: String
    package let isNotNull: Bool

    /// A column from its parts.
    package init(name: String, type: String, isNotNull: Bool) {
      self.name = name
      self.type = type
      self.isNotNull = isNotNull
    }
  }

  package let name: ObjectName
  package let placement: Placement
  package let columns: [Column]

  /// A table from its parts.
  package init(name: ObjectName, placement: Placement, columns: [Column]) {
    self.name = name
    self.placement = placement
    self.columns = columns
  }
}
