internal import Postgres

/// The indexes that Citus keeps on shards for one index of a distributed table.
///
/// Citus appends `_` and the shard's number to the name, and where that gets longer than 63 bytes it shortens the name
/// and puts a hash between (utils/shard... `AppendShardIdToName`).
struct ShardIndexes {
  let connection: SessionConnection
  /// The index's name on the coordinator, without schema.
  let name: String

  /// Whether the extension is there.
  func isCitus() async throws(PostgresError) -> Bool {
    let result = try await connection.execute(
      "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AS citus")
    return result.rows.first?["citus"] == "t"
  }

  /// Whether every placement of every shard of the index's table has it, valid; true also where the table is none of Citus.
  ///
  /// - Parameter index: the index on the coordinator, as statements name it.
  func areComplete(for index: String) async throws(PostgresError) -> Bool {
    try await incompletePlacements(of: index).isEmpty
  }

  /// The placements that lack the index or have it invalid: `shard 102008 on host:port`.
  func incompletePlacements(of index: String) async throws(PostgresError) -> [String] {
    let table = "(SELECT indrelid FROM pg_catalog.pg_index WHERE indexrelid = \(SQLText.literal(index))::regclass)"
    let known = try await connection.execute(
      "SELECT indrelid FROM pg_catalog.pg_index JOIN pg_catalog.pg_dist_partition ON logicalrelid = indrelid "
        + "WHERE indexrelid = \(SQLText.literal(index))::regclass")
    guard !known.rows.isEmpty else { return [] }
    let command = """
      SELECT count(*) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
      WHERE i.indrelid = '%s'::regclass AND i.indisvalid AND \(Self.doubled(condition))
      """
    let result = try await connection.execute(
      """
      SELECT 'shard ' || shardid || ' on ' || nodename || ':' || nodeport AS place
      FROM run_command_on_placements(\(table)::regclass, \(SQLText.literal(command)))
      WHERE NOT success OR result IS DISTINCT FROM '1' ORDER BY 1
      """)
    return result.rows.compactMap { $0["place"] }
  }

  /// The indexes of that name that shards have and the coordinator has not.
  ///
  /// - Parameter schema: theirs; nil means those of the search path.
  func strays(schema: String?) async throws(PostgresError) -> [String] {
    let found = try await connection.execute(
      """
      SELECT (SELECT array_agg(shardid) FROM pg_catalog.pg_dist_shard)::text AS shards,
        (SELECT string_agg(quote_literal(name), ', ') FROM unnest(current_schemas(false)) name) AS path
      """)
    let schemas = schema.map { SQLText.literal($0) } ?? found.rows.first?["path"]
    guard let shards = found.rows.first?["shards"], let schemas else { return [] }
    let command = """
      SELECT string_agg(format('%I.%I', n.nspname, c.relname), ', ' ORDER BY c.relname)
      FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname IN (\(schemas)) AND \(condition)
        AND substring(t.relname from '_([0-9]+)$') = substring(c.relname from '_([0-9]+)$')
        AND substring(t.relname from '_([0-9]{1,18})$')::bigint = ANY ('\(shards)')
      """
    let result = try await connection.execute(
      "SELECT result FROM run_command_on_all_nodes(\(SQLText.literal(command))) WHERE success AND result <> ''")
    return result.rows.compactMap { $0["result"] }
  }

  /// Drops indexes where they are.
  /// - Returns: what a node said that did not; nil if all did.
  func drop(_ strays: [String]) async throws(PostgresError) -> String? {
    let command = "DROP INDEX IF EXISTS \(strays.joined(separator: ", "))"
    let result = try await connection.execute(
      "SELECT result FROM run_command_on_all_nodes(\(SQLText.literal(command))) WHERE NOT success LIMIT 1")
    return result.rows.first.map { $0["result"] ?? "it did not answer" }
  }

  // The name in front of the shard's number is the index's, or the beginning of it and eight digits of a hash.
  private var condition: String {
    let base = "substring(c.relname from '^(.*)_[0-9]+$')"
    let start = "substring(c.relname from '^(.*)_[0-9a-f]{8}_[0-9]+$')"
    let literal = SQLText.literal(name)
    return """
      (\(base) = \(literal) OR octet_length(\(literal)) > 40 AND octet_length(\(start)) >= 30
        AND starts_with(\(literal), \(start)))
      """
  }

  // What run_command_on_shards formats with the shard's name.
  private static func doubled(_ text: String) -> String {
    text.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
  }
}
