package import MigrationCore
internal import Postgres

extension MigrationSession {
  /// Asks which tables there are and what Citus has made of them, and how large those of `names` are.
  ///
  /// - Throws: `connection`, also where there are too many to look at.
  package func liveCatalog(
    sizesOf names: Set<ObjectName>, settings: MigrationSettings
  ) async throws(EngineError) -> LiveCatalog {
    let sizes = try await liveTables(names, settings: settings).compactMapValues(\.bytes)
    do throws(PostgresError) {
      return LiveCatalog(relations: try await LiveRelations(connection: connection).read(), sizes: sizes)
    } catch {
      throw EngineError(connection: error, while: "reading the tables that are there")
    }
  }
}

/// Reads which tables a database has, shards and those of extensions aside.
struct LiveRelations {
  let connection: SessionConnection

  /// The largest answer.
  private static let largestAnswer = 16 << 20

  func read() async throws(PostgresError) -> [LiveRelation] {
    let isCitus =
      try await connection.execute(
        "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS citus"
      ).rows.first?["citus"] == "t"
    let placement =
      isCitus
      ? """
      p.partmethod, p.repmodel, p.colocationid, CASE WHEN p.partkey IS NOT NULL
        THEN pg_catalog.column_to_column_name(p.logicalrelid, p.partkey::text) END AS key
      """ : "NULL AS partmethod, NULL AS repmodel, 0 AS colocationid, NULL AS key"
    let join = isCitus ? "LEFT JOIN pg_catalog.pg_dist_partition p ON p.logicalrelid = c.oid" : ""
    // Citus itself hides shards from whoever asks.
    let result = try await connection.current.execute(
      """
      SELECT n.nspname, c.relname, \(placement), (
          SELECT string_agg(concat_ws(E'\\x1f', attname, pg_catalog.format_type(atttypid, atttypmod), attnotnull::text),
            E'\\x1e' ORDER BY attnum)
          FROM pg_catalog.pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \(join)
      WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'citus', 'columnar', 'columnar_internal')
        AND n.nspname NOT LIKE 'citus\\_internal%' AND n.nspname NOT LIKE 'pg\\_toast%'
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
      """, sizeLimit: Self.largestAnswer)
    return result.rows.compactMap(Self.relation)
  }

  private static func relation(_ row: Row) -> LiveRelation? {
    guard let schema = row["nspname"], let name = row["relname"] else { return nil }
    let placement: LiveRelation.Placement =
      switch (row["partmethod"], row["repmodel"]) {
      case (nil, _): .local
      case ("n"?, "t"?): .reference
      case ("n"?, _): row["colocationid"] == "0" ? .local : .distributed(by: nil)
      default: .distributed(by: row["key"])
      }
    let columns = (row["columns"] ?? "").split(separator: "\u{1E}").compactMap { text -> LiveRelation.Column? in
      let parts = text.split(separator: "\u{1F}", omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      return LiveRelation.Column(name: String(parts[0]), type: String(parts[1]), isNotNull: parts[2] == "true")
    }
    return LiveRelation(
      name: ObjectName(schema: schema, name: name), placement: placement, columns: columns)
  }
}
