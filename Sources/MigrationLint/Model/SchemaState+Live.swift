package import MigrationCore
internal import Support

extension SchemaState {
  /// Starts from what a database holds: what no script creates is known then, and what is large.
  ///
  /// Tables that a script creates are as the script says, from there on.
  package init(live: LiveCatalog, defaultSchema: String = "public") {
    var seed: [ObjectName: TableState] = [:]
    for relation in live.relations {
      var table = TableState()
      table.placement =
        switch relation.placement {
        case .local: .local
        case .distributed(let column): .distributed(by: column)
        case .reference: .reference
        }
      table.hasAllColumns = true
      for column in relation.columns {
        var state = TableState.Column(type: column.type)
        state.isNotNull = column.isNotNull
        table.columns[column.name] = state
      }
      seed[relation.name] = table
    }
    self.init(seed: seed, defaultSchema: defaultSchema)
    sizes = live.sizes
  }

  /// How large the largest of some tables is now, in bytes; nil where one of them is not known.
  func size(of names: [ObjectName]) -> Int64? {
    var largest: Int64?
    for name in names {
      guard let size = sizes[key(name)] else { return nil }
      largest = max(largest ?? 0, size)
    }
    return largest
  }
}

extension Rule {
  /// Whether it warns of what takes the longer the larger a table is.
  var isOfSize: Bool { Self.ofSize.contains(id) }

  private static let ofSize: Set<String> = [
    "lock-rewrite", "lock-not-valid", "lock-not-null", "lock-index", "lock-unique",
  ]
}

extension Remark {
  /// Up to this size nobody notices that all rows are read or written, in bytes.
  static let smallTable: Int64 = 8 << 20

  /// The same, told with the size of what it is about, and only in passing where that is small.
  func weighed(by size: Int64) -> Remark {
    var remark = Remark(
      range, "\(message) It has \(ByteText.text(size)) now.", level: level, remedy: remedy, edits: edits, file: file,
      path: path)
    if size <= Self.smallTable { remark.level = .info }
    return remark
  }
}
