internal import MigrationCore
internal import Postgres

/// Looks at an index, on the coordinator and on the shards of its table.
struct IndexLook {
  let connection: SessionConnection

  enum State: Equatable {
    case missing
    /// Under the name that statements can use.
    case valid(String)
    case invalid(String)
  }

  struct Finding: Equatable {
    var isNamed = true
    /// As the statement has it, without schema.
    var name = ""
    var state = State.missing
    /// False where a shard of the table lacks the index, or has it invalid.
    var isOnAllShards = true
    /// Indexes of shards that the coordinator does not know, under names that statements can use.
    var strays: [String] = []
    /// Indexes of the table, on the coordinator, that a concurrent rebuild has not tidied away.
    var leftOvers: [String] = []
  }

  /// Finds the index that a statement names, if it is one that works on an index concurrently.
  func find(_ index: StatementFacts.ConcurrentIndex?) async throws(PostgresError) -> Finding {
    guard let index else { return Finding() }
    if index.action == .reindex { return try await RebuildLeftOvers(connection: connection, index: index).find() }
    guard let name = index.name else { return Finding(isNamed: false) }
    var finding = Finding(name: name.name)
    finding.state = try await state(name.name, schema: index.schema, table: index.table)
    let shards = ShardIndexes(connection: connection, name: name.name)
    guard try await shards.isCitus() else { return finding }
    if case .valid(let found) = finding.state {
      finding.isOnAllShards = try await shards.areComplete(for: found)
    } else if finding.state == .missing {
      finding.strays = try await shards.strays(schema: index.schema)
    }
    return finding
  }

  // An index lives in its table's schema; without a table the search path decides.
  private func state(_ name: String, schema: String?, table: ObjectName?) async throws(PostgresError) -> State {
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

  static func text(_ name: String, schema: String?) -> String {
    schema.map { SQLText.table(schema: $0, name: name) } ?? SQLText.identifier(name)
  }
}
