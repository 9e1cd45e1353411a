internal import MigrationCore
internal import Postgres

/// What an interrupted `REINDEX ... CONCURRENTLY` leaves behind: invalid indexes named `..._ccnew` or `..._ccold`
/// (PostgreSQL: commands/indexcmds.c, `ReindexRelationConcurrently`), on the coordinator and on shards.
///
/// One on the TOAST table cannot be dropped by a statement (42501), does no harm besides being kept up to date, and is
/// left: the server itself warns of it when the statement is sent again.
struct RebuildLeftOvers {
  let connection: SessionConnection
  /// The index or the table as the statement names it.
  let index: StatementFacts.ConcurrentIndex

  /// An index whose session is still at work is invalid too; but that its session has ended was seen before.
  func find() async throws(PostgresError) -> IndexLook.Finding {
    guard let name = index.name else { return IndexLook.Finding(isNamed: false) }
    let tables = try await tables(of: IndexLook.text(name.name, schema: name.schema))
    var finding = IndexLook.Finding(name: name.name)
    for table in tables {
      let result = try await connection.execute(Self.question("\(table)::oid") + " ORDER BY 1")
      finding.leftOvers += result.rows.compactMap { $0["name"] }
    }
    guard try await ShardIndexes(connection: connection, name: name.name).isCitus() else { return finding }
    for table in tables {
      // The coordinator has no shard of a table that is not one of Citus, and the function refuses such a table.
      let command = "SELECT string_agg(name, ', ') FROM (\(Self.question("'%s'::regclass"))) found"
      let result = try await connection.execute(
        """
        SELECT result FROM pg_catalog.pg_dist_partition,
          LATERAL run_command_on_shards(logicalrelid, \(SQLText.literal(command)))
        WHERE logicalrelid = \(table)::oid AND success AND result <> ''
        """)
      finding.strays += result.rows.compactMap { $0["result"] }
    }
    return finding
  }

  // The table of the index, or the table itself, and its partitions.
  private func tables(of name: String) async throws(PostgresError) -> [String] {
    let result = try await connection.execute(
      """
      WITH target AS (
        SELECT coalesce(i.indrelid, c.oid) AS oid FROM pg_catalog.pg_class c
          LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        WHERE c.oid = to_regclass(\(SQLText.literal(name))))
      SELECT oid::text AS oid FROM target
      UNION SELECT relid::oid::text FROM target, pg_catalog.pg_partition_tree(target.oid)
      """)
    return result.rows.compactMap { $0["oid"] }
  }

  // Without a percent sign, which `run_command_on_shards` would read as a place for the shard's name.
  private static func question(_ table: String) -> String {
    """
    SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE i.indrelid = \(table) AND NOT i.indisvalid AND c.relname ~ '_cc(new|old)[0-9]*$'
    """
  }
}
