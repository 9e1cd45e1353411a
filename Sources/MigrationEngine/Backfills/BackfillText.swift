internal import MigrationCore

/// The statements of a backfill.
struct BackfillText {
  let backfill: Backfill
  let table: BackfillTable

  /// Whether any row matches: the answer has a row, or none.
  var look: String { "SELECT 1 FROM \(table.name) WHERE (\(backfill.condition)) LIMIT 1" }

  /// The tenants that have rows which match, by value; needs a distribution column.
  func tenants(of number: Int, after value: String?) -> String {
    let column = SQLText.identifier(table.distribution?.column ?? "")
    var conditions = ["(\(backfill.condition))"]
    if let value { conditions.append("\(column) > \(SQLText.literal(value))") }
    return """
      SELECT \(column) AS tenant, count(*) AS rows FROM \(table.names[number]) WHERE \(conditions.joined(separator: " AND ")) \
      GROUP BY 1 ORDER BY 1 LIMIT \(BackfillState.page)
      """
  }

  /// The shards of tenants, in the same order.
  func shards(of number: Int, _ values: [String]) -> String {
    let list = values.map { SQLText.literal($0) }.joined(separator: ", ")
    return """
      SELECT get_shard_id_for_distribution_column(\(SQLText.literal(table.names[number]))::regclass, tenant) AS shard \
      FROM unnest(ARRAY[\(list)]::\(table.distribution?.type ?? "text")[]) WITH ORDINALITY AS found (tenant, place) \
      ORDER BY place
      """
  }

  /// The key of the last row of a batch; no row, or fewer than a batch, if the rest is no more than one.
  func bound(_ part: BackfillState.Part) -> String {
    let conditions = conditions(part).joined(separator: " AND ")
    let name = table.names[part.table]
    switch table.key {
    case .columns(let columns):
      let list = columns.map(SQLText.identifier).joined(separator: ", ")
      return "SELECT \(list) FROM \(name) WHERE \(conditions) ORDER BY \(list) OFFSET \(backfill.batch - 1) LIMIT 1"
    case .place:
      return """
        SELECT max(place) AS place FROM (SELECT ctid AS place FROM \(name) WHERE \(conditions) LIMIT \(backfill.batch)) batch \
        HAVING count(*) = \(backfill.batch)
        """
    }
  }

  /// One batch; its answer has a row for each row that was changed, true where it matches as before.
  func change(_ part: BackfillState.Part, upTo key: [String]?) -> String {
    var conditions = conditions(part)
    if let key { conditions.append("\(table.key.text) <= \(Self.row(key))") }
    return """
      UPDATE \(table.names[part.table]) SET \(backfill.assignments) WHERE \(conditions.joined(separator: " AND ")) \
      RETURNING (\(backfill.condition)) AS again
      """
  }

  private func conditions(_ part: BackfillState.Part) -> [String] {
    var conditions = ["(\(backfill.condition))"]
    if !part.tenants.isEmpty, let distribution = table.distribution {
      let column = SQLText.identifier(distribution.column)
      let values = part.tenants.map { SQLText.literal($0) }
      let list = values.joined(separator: ", ")
      conditions.insert(values.count == 1 ? "\(column) = \(list)" : "\(column) IN (\(list))", at: 0)
    }
    if let after = part.after { conditions.append("\(table.key.text) > \(Self.row(after))") }
    return conditions
  }

  private static func row(_ values: [String]) -> String {
    let list = values.map { SQLText.literal($0) }.joined(separator: ", ")
    return values.count == 1 ? list : "(\(list))"
  }
}
