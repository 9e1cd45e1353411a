internal import MigrationCore

/// What the catalogue says of the table of a backfill.
struct BackfillTable: Equatable {
  /// By what rows are put in order.
  enum Key: Equatable {
    /// Columns of a unique index, none of which can be NULL.
    case columns([String])
    /// Where they lie in their file.
    case place

    /// As a statement names it: a column, or a row of columns.
    var text: String {
      switch self {
      case .place: "ctid"
      case .columns(let columns) where columns.count == 1: SQLText.identifier(columns[0])
      case .columns(let columns): "(\(columns.map(SQLText.identifier).joined(separator: ", ")))"
      }
    }
  }

  /// What a shard is chosen by.
  struct Distribution: Equatable {
    let column: String
    /// As SQL writes it.
    let type: String
  }

  /// Under a name that statements can use.
  let name: String
  /// What is gone through: the table itself, or its partitions where only those have an order.
  let names: [String]
  let key: Key
  let distribution: Distribution?
  let estimatedRows: Int?
}

/// What stands in the catalogue, before it is judged.
struct BackfillCatalogue: Equatable {
  /// A unique index without condition or expression.
  struct UniqueIndex: Equatable {
    let isPrimary: Bool
    var columns: [String]
    /// Whether no column of it can be NULL.
    var isNeverNull: Bool
  }

  /// `pg_class.relkind`.
  var kind = ""
  /// Under a name that statements can use.
  var name = ""
  var indexes: [UniqueIndex] = []
  /// Tables that hold rows themselves.
  var leaves: [String] = []
  /// `pg_dist_partition.partmethod`; nil for a table that is none of Citus.
  var method: String?
  var distribution: BackfillTable.Distribution?
  /// Whether the rows lie on several nodes at once.
  var isReplicated = false
  var estimatedRows: Int?

  /// The table, or why a backfill cannot go through it.
  func judge(_ backfill: Backfill) -> (table: BackfillTable?, refusal: String?) {
    let shown = backfill.table.description
    guard kind == "r" || kind == "p" else {
      return (nil, "\(shown) is no table that holds rows: name a table, no view or foreign table")
    }
    if method == "a" { return (nil, "\(shown) is distributed by append, where a tenant's shard is not known") }
    if !backfill.key.isEmpty {
      let given = Set(backfill.key + [distribution?.column].compactMap(\.self))
      guard indexes.contains(where: { $0.isNeverNull && Set($0.columns).isSubset(of: given) }) else {
        return (
          nil,
          "key=\(backfill.key.joined(separator: ",")) names no unique columns of \(shown): there must be a unique index "
            + "on them (and the distribution column), and none of them may be NULL"
        )
      }
      return (table([name], .columns(backfill.key)), nil)
    }
    if let index = indexes.first(where: { $0.isNeverNull && $0.isPrimary }) ?? indexes.first(where: \.isNeverNull) {
      return (table([name], .columns(index.columns)), nil)
    }
    guard !isReplicated else {
      return (
        nil,
        "\(shown) has no primary key, and lies on several nodes at once: give it one, or name unique columns by key="
      )
    }
    return (table(kind == "p" ? leaves : [name], .place), nil)
  }

  private func table(_ names: [String], _ key: BackfillTable.Key) -> BackfillTable {
    BackfillTable(name: name, names: names, key: key, distribution: distribution, estimatedRows: estimatedRows)
  }
}
