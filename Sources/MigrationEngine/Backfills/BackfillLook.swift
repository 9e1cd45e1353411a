internal import MigrationCore
internal import Postgres

/// Asks the catalogue about the table of a backfill.
struct BackfillLook {
  let connection: SessionConnection
  let table: ObjectName

  /// Nil if there is no such table.
  func find() async throws(PostgresError) -> BackfillCatalogue? {
    let name = IndexLook.text(table.name, schema: table.schema)
    let found = try await connection.execute(
      """
      SELECT c.oid, c.relkind AS kind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.oid = to_regclass(\(SQLText.literal(name)))
      """)
    guard let row = found.rows.first, let oid = row["oid"], let kind = row["kind"], let full = row["name"] else {
      return nil
    }
    var catalogue = BackfillCatalogue(kind: kind, name: full)
    catalogue.indexes = try await indexes(oid)
    catalogue.leaves = try await leaves(oid)
    if try await ShardIndexes(connection: connection, name: "").isCitus() {
      try await readDistribution(oid, &catalogue)
    }
    catalogue.estimatedRows = await estimatedRows(oid, catalogue)
    return catalogue
  }

  private func indexes(_ oid: String) async throws(PostgresError) -> [BackfillCatalogue.UniqueIndex] {
    let found = try await connection.execute(
      """
      SELECT i.indexrelid AS index, i.indisprimary AS primary, a.attname AS column, a.attnotnull AS filled
      FROM pg_catalog.pg_index i, unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute a ON a.attnum = k.number
      WHERE i.indrelid = \(oid) AND a.attrelid = i.indrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
        AND i.indexprs IS NULL AND k.place <= i.indnkeyatts
      ORDER BY i.indexrelid, k.place
      """)
    var indexes: [BackfillCatalogue.UniqueIndex] = []
    var last: String?
    for row in found.rows {
      guard let column = row["column"], let index = row["index"] else { continue }
      if index != last {
        indexes.append(
          BackfillCatalogue.UniqueIndex(isPrimary: row["primary"] == "t", columns: [], isNeverNull: true))
      }
      last = index
      indexes[indexes.count - 1].columns.append(column)
      if row["filled"] != "t" { indexes[indexes.count - 1].isNeverNull = false }
    }
    return indexes
  }

  private func leaves(_ oid: String) async throws(PostgresError) -> [String] {
    let found = try await connection.execute(
      """
      SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
      FROM pg_catalog.pg_partition_tree(\(oid)) t JOIN pg_catalog.pg_class c ON c.oid = t.relid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE t.isleaf AND c.relkind = 'r' ORDER BY c.oid
      """)
    return found.rows.compactMap { $0["name"] }
  }

  private func readDistribution(_ oid: String, _ catalogue: inout BackfillCatalogue) async throws(PostgresError) {
    let found = try await connection.execute(
      """
      SELECT p.partmethod AS method, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
        (SELECT count(*) > count(DISTINCT shardid) FROM pg_catalog.pg_dist_shard s
          JOIN pg_catalog.pg_dist_placement USING (shardid) WHERE s.logicalrelid = p.logicalrelid) AS replicated
      FROM pg_catalog.pg_dist_partition p LEFT JOIN pg_catalog.pg_attribute a
        ON a.attrelid = p.logicalrelid AND a.attname = column_to_column_name(p.logicalrelid, p.partkey::text)
      WHERE p.logicalrelid = \(oid)
      """)
    guard let row = found.rows.first else { return }
    catalogue.method = row["method"]
    catalogue.isReplicated = row["replicated"] == "t"
    if let column = row["column"], let type = row["type"] {
      catalogue.distribution = BackfillTable.Distribution(column: column, type: type)
    }
  }

  // By statistics alone; a role that may not ask the shards learns nothing.
  private func estimatedRows(_ oid: String, _ catalogue: BackfillCatalogue) async -> Int? {
    func question(_ table: String) -> String {
      "SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint FROM pg_catalog.pg_class c WHERE c.relkind = 'r' "
        + "AND c.oid IN (SELECT \(table) UNION SELECT relid FROM pg_catalog.pg_partition_tree(\(table)))"
    }
    let sql =
      catalogue.method == nil
      ? question("\(oid)::regclass")
      : "SELECT sum(CASE WHEN success THEN result::bigint END)::bigint FROM run_command_on_shards(\(oid)::regclass, "
        + SQLText.literal(question("'%1$s'::regclass")) + ")"
    do throws(PostgresError) {
      let rows = try await connection.execute(sql).rows.first?[0].flatMap { Int($0) }
      return rows.flatMap { $0 > 0 ? $0 : nil }
    } catch {
      return nil
    }
  }
}
