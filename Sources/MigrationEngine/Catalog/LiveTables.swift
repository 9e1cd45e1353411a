package import MigrationCore
internal import Postgres

extension MigrationSession {
  /// Asks the live catalog how large tables are, and where their shards lie.
  ///
  /// Those that are not there are left out.
  /// Names without schema are looked for in the history's schema. A worker that does not answer leaves sizes unknown.
  /// - Throws: `connection`.
  package func liveTables(
    _ names: Set<ObjectName>, settings: MigrationSettings
  ) async throws(EngineError) -> [ObjectName: LiveTable] {
    let schema = defaultSchema(settings)
    // Many more would make the question a long one, and nobody reads the answer.
    let asked = names.sorted { $0.description < $1.description }.prefix(Self.mostTables)
    guard !asked.isEmpty else { return [:] }
    do throws(PostgresError) {
      return try await LiveTables(connection: connection).read(Array(asked), defaultSchema: schema)
    } catch {
      throw EngineError(connection: error, while: "reading the sizes of tables")
    }
  }

  private static var mostTables: Int { 500 }
}

/// Reads what the catalog says about some tables.
struct LiveTables {
  let connection: SessionConnection

  func read(
    _ names: [ObjectName], defaultSchema: String
  ) async throws(PostgresError) -> [ObjectName: LiveTable] {
    let isCitus =
      try await connection.execute(
        "SELECT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus') AS citus"
      ).rows.first?["citus"] == "t"
    let values = names.enumerated().map { index, name in
      "(\(index), \(SQLText.literal(name.schema ?? defaultSchema)), \(SQLText.literal(name.name)))"
    }
    let source = """
      (VALUES \(values.joined(separator: ", "))) AS asked (place, schema, name)
      JOIN pg_catalog.pg_namespace n ON n.nspname = asked.schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = asked.name AND c.relkind IN ('r', 'p', 'm')
      """
    let question =
      isCitus
      ? """
      SELECT place, c.oid, p.repmodel, p.logicalrelid IS NULL OR p.partmethod = 'n' AND p.repmodel = 's'
          AND p.colocationid = 0 AS is_local,
        (SELECT count(*) FROM pg_catalog.pg_dist_shard s WHERE s.logicalrelid = c.oid) AS shards,
        (SELECT count(DISTINCT groupid) FROM pg_catalog.pg_dist_placement
          JOIN pg_catalog.pg_dist_shard s USING (shardid) WHERE s.logicalrelid = c.oid) AS nodes,
        \(Self.localSize) AS bytes
      FROM \(source) LEFT JOIN pg_catalog.pg_dist_partition p ON p.logicalrelid = c.oid
      """
      : """
      SELECT place, c.oid, NULL AS repmodel, true AS is_local, 0 AS shards, 0 AS nodes, \(Self.localSize) AS bytes
      FROM \(source)
      """
    var found: [ObjectName: LiveTable] = [:]
    for row in try await connection.execute(question).rows {
      guard let place = row["place"].flatMap({ Int($0) }), names.indices.contains(place) else { continue }
      var table = LiveTable(
        placement: Self.placement(row), bytes: row["bytes"].flatMap { Int64($0) },
        shards: row["shards"].flatMap { Int($0) } ?? 0, nodes: row["nodes"].flatMap { Int($0) } ?? 0)
      if table.placement != .local { table.bytes = try await size(row["oid"] ?? "0") }
      found[names[place]] = table
    }
    return found
  }

  // A partitioned table has nothing itself; the tree of any other table is empty.
  private static let localSize = """
    coalesce((SELECT sum(pg_catalog.pg_total_relation_size(relid)) FROM pg_catalog.pg_partition_tree(c.oid)),
      pg_catalog.pg_total_relation_size(c.oid))
    """

  private static func placement(_ row: Row) -> LiveTable.Placement {
    guard row["is_local"] == "f" else { return .local }
    return row["repmodel"] == "t" ? .reference : .distributed
  }

  // The workers are asked, and one that is down must not keep anybody from a plan.
  private func size(_ oid: String) async throws(PostgresError) -> Int64? {
    do throws(PostgresError) {
      let result = try await connection.execute(
        "SELECT pg_catalog.citus_total_relation_size(\(oid)::regclass, false) AS bytes")
      return result.rows.first?["bytes"].flatMap { Int64($0) }
    } catch {
      guard error.code == .server else { throw error }
      return nil
    }
  }
}
