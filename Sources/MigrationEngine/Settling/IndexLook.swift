internal import MigrationCore
internal import Postgres

/// Looks at an index, on the coordinator and on the shards of its table.
struct IndexLook {
  let connection: SessionConnection

  enum State: Equatable {
    case missing
    case valid(String)
    case invalid(String)
  }

  struct Finding: Equatable {
    var isNamed = true
    var state = State.missing
    var shards = Shards()
    /// Indexes that a concurrent rebuild has not tidied away.
    var leftOvers: [String] = []
  }

  /// How the shards of a distributed table compare with the table on the coordinator.
  struct Shards: Equatable {
    /// False where a shard has more, fewer or invalid indexes.
    var isInStep = true
    /// The commands that would drop the odd ones.
    var drops: [String] = []
  }

  /// Finds the index that a statement names.
  func find(_ index: StatementFacts.ConcurrentIndex) async throws(PostgresError) -> Finding {
    if index.action == .reindex { return Finding(leftOvers: try await leftOvers()) }
    guard let name = index.name else { return Finding(isNamed: false) }
    var finding = Finding()
    finding.state = try await state(name.name, schema: index.schema, table: index.table)
    if index.action == .create, let table = index.table {
      finding.shards = try await shards(of: Self.text(table.name, schema: table.schema), index: name.name)
    }
    return finding
  }

  // An index lives in its table's schema; without a table the search path decides.
  private func state(
    _ name: String, schema: String?, table: ObjectName?
  ) async throws(PostgresError) -> State {
    let condition =
      table.map { table in
        """
        c.relname = \(SQLText.literal(name)) AND c.relnamespace = (SELECT relnamespace FROM pg_catalog.pg_class \
        WHERE oid = to_regclass(\(SQLText.literal(Self.text(table.name, schema: table.schema)))))
        """
      } ?? "c.oid = to_regclass(\(SQLText.literal(Self.text(name, schema: schema))))"
    let result = try await connection.execute(
      """
      SELECT c.oid::regclass::text AS name, i.indisvalid AS valid
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid WHERE \(condition)
      """)
    guard let row = result.rows.first, let found = row["name"] else { return .missing }
    return row["valid"] == "t" ? .valid(found) : .invalid(found)
  }

  // Citus names the indexes of shards after the index and the shard, and hashes what gets too long: so they are counted.
  private func shards(of table: String, index: String) async throws(PostgresError) -> Shards {
    let relation = "to_regclass(\(SQLText.literal(table)))"
    let known = try await connection.execute(
      "SELECT to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL AND \(relation) IS NOT NULL AS citus")
    guard known.rows.first?["citus"] == "t" else { return Shards() }
    let local = try await connection.execute(
      """
      SELECT count(*) || '/' || count(*) FILTER (WHERE indisvalid) AS counts FROM pg_catalog.pg_index
      WHERE indrelid = \(relation)
        AND EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = \(relation))
      HAVING EXISTS (SELECT FROM pg_catalog.pg_dist_partition WHERE logicalrelid = \(relation))
      """)
    guard let counts = local.rows.first?["counts"] else { return Shards() }
    let result = try await connection.execute(
      """
      SELECT result FROM run_command_on_shards(\(relation), $$
        SELECT count(*) || '/' || count(*) FILTER (WHERE indisvalid) FROM pg_catalog.pg_index
        WHERE indrelid = '%s'::regclass $$)
      WHERE NOT success OR result IS DISTINCT FROM \(SQLText.literal(counts))
      """)
    guard !result.rows.isEmpty else { return Shards() }
    return Shards(
      isInStep: false,
      drops: [
        "SELECT * FROM run_command_on_shards(\(SQLText.literal(table)), "
          + "'DROP INDEX IF EXISTS \(index)_<shard>') with the names that its shards show"
      ])
  }

  private func leftOvers() async throws(PostgresError) -> [String] {
    let result = try await connection.execute(
      """
      SELECT c.oid::regclass::text AS name FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
      WHERE c.relname ~ '_cc(new|old)[0-9]*$' AND NOT i.indisvalid ORDER BY 1 LIMIT 20
      """)
    return result.rows.compactMap { $0["name"] }
  }

  private static func text(_ name: String, schema: String?) -> String {
    schema.map { SQLText.table(schema: $0, name: name) } ?? SQLText.identifier(name)
  }
}
