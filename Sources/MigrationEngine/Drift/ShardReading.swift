internal import MigrationCore
internal import Postgres

/// Asks the nodes for their shards: digests of all in one question, then the parts of those that differ.
struct ShardReading {
  let connection: SessionConnection
  let query: CatalogQuery

  /// How long Citus may try to reach one node, and how long a question may take that goes to all of them.
  private static let (nodeTimeout, answerTimeout) = ("3s", "60s")
  private static let largestAnswer = 64 << 20
  /// Of more shards that differ only the names are told.
  private static let mostSuspects = 64

  /// Compares all shards.
  func compare() async throws(PostgresError) -> ShardFindings {
    try await connection.execute("BEGIN")
    do throws(PostgresError) {
      for (name, value) in [
        ("statement_timeout", Self.answerTimeout), ("citus.node_connection_timeout", Self.nodeTimeout),
        ("lock_timeout", CatalogReading.lockTimeout), ("jit", "off"),
      ] + CatalogReading.textSettings {
        try await connection.execute("SELECT pg_catalog.set_config('\(name)', '\(value)', true)")
      }
      let findings = try await compareAll()
      try await connection.execute("COMMIT")
      return findings
    } catch {
      await connection.rollBack()
      throw error
    }
  }

  private func compareAll() async throws(PostgresError) -> ShardFindings {
    let placements = try await placements()
    guard !placements.isEmpty else { return ShardFindings() }
    let expected = try await rows(ShardQuery.onCoordinator()).reduce(into: [String: String]()) { digests, row in
      if let id = row["id"] { digests[id] = row["digest"] }
    }
    let answers = try await ask(ShardQuery.onNode())
    var findings = ShardFindings(
      placements: placements.count, unanswered: Self.unanswered(placements, answers))
    let found = answers.compactMapValues { $0.text }.mapValues(Self.digests)
    let suspects = ShardComparison.suspects(placements, expected: expected, found: found)
    let shown = Array(suspects.prefix(Self.mostSuspects))
    findings.differences = try await differences(shown, found)
    // Each of the rest differs, too: by name of the table only.
    findings.differences += suspects.dropFirst(shown.count).map { placement in
      DriftDifference(
        .init(.table, placement.name), node: "\(placement.node) shard \(placement.shard)", .changed,
        expected: "the table's columns, constraints and indexes", actual: "others")
    }
    findings.differences = findings.differences.merged
    return findings
  }

  private func differences(
    _ suspects: [ShardComparison.Placement], _ found: [String: [Int64: String]]
  ) async throws(PostgresError) -> [DriftDifference] {
    guard !suspects.isEmpty else { return [] }
    let tables = try await parts(of: Set(suspects.map(\.table)))
    let answers = try await ask(ShardQuery.onNode(only: suspects.map(\.shard)))
    let shards = answers.mapValues { ShardQuery.parts($0.text ?? "") }
    return suspects.flatMap { placement in
      let isThere = found[placement.node]?[placement.shard] != nil
      let parts = isThere ? shards[placement.node]?[placement.shard] ?? [] : nil
      return ShardComparison.differences(placement, table: tables[placement.table] ?? [], shard: parts)
    }
  }

  private func parts(of tables: Set<String>) async throws(PostgresError) -> [String: [ShardComparison.Part]] {
    let rows = try await rows(ShardQuery.onCoordinator(only: tables.sorted()))
    return rows.reduce(into: [:]) { parts, row in
      guard let id = row["id"] else { return }
      parts[id, default: []].append(
        ShardComparison.Part(kind: row["kind"] ?? "", name: row["name"] ?? "", text: row["text"] ?? ""))
    }
  }

  // Placements of active primaries; a table in a schema that is not looked at has none here.
  private func placements() async throws(PostgresError) -> [ShardComparison.Placement] {
    let rows = try await rows(
      """
      SELECT s.shardid, s.logicalrelid::oid AS id, format('%I.%I', ns.nspname, c.relname) AS name,
        coalesce(n.nodename || ':' || n.nodeport, 'coordinator') AS node
      FROM pg_dist_shard s JOIN pg_dist_placement p ON p.shardid = s.shardid AND p.shardstate = 1
        JOIN pg_class c ON c.oid = s.logicalrelid JOIN pg_namespace ns ON ns.oid = c.relnamespace
        LEFT JOIN pg_dist_node n ON n.groupid = p.groupid AND n.noderole::text = 'primary' AND n.isactive
      WHERE c.relkind IN ('r', 'p') AND \(query.isInScope("ns"))
      """)
    return rows.compactMap { row in
      guard let shard = row["shardid"].flatMap({ Int64($0) }), let table = row["id"], let name = row["name"]
      else { return nil }
      return ShardComparison.Placement(shard: shard, node: row["node"] ?? "", table: table, name: name)
    }
  }

  private func ask(_ command: String) async throws(PostgresError) -> [String: (text: String?, error: String?)] {
    let rows = try await rows(
      """
      SELECT coalesce(n.nodename || ':' || n.nodeport, 'coordinator') AS node, a.success, a.result
      FROM run_command_on_all_nodes(\(SQLText.literal(command))) a LEFT JOIN pg_dist_node n ON n.nodeid = a.nodeid
      """)
    return rows.reduce(into: [:]) { answers, row in
      let isDone = row["success"] == "t"
      answers[row["node"] ?? ""] =
        isDone ? (text: row["result"] ?? "", error: nil) : (text: nil, error: row["result"] ?? "it does not answer")
    }
  }

  private func rows(_ sql: String) async throws(PostgresError) -> [Row] {
    try await connection.current.execute(sql, sizeLimit: Self.largestAnswer).rows
  }

  private static func unanswered(
    _ placements: [ShardComparison.Placement], _ answers: [String: (text: String?, error: String?)]
  ) -> [String] {
    Set(placements.map(\.node)).sorted().compactMap { node in
      guard let answer = answers[node] else { return "\(node) was not asked: it is not active" }
      return answer.error.map { "\(node): \($0.prefix(200))" }
    }
  }

  private static func digests(_ text: String) -> [Int64: String] {
    text.split(separator: ",").reduce(into: [:]) { digests, entry in
      let words = entry.split(separator: " ")
      guard words.count == 2, let shard = Int64(words[0]) else { return }
      digests[shard] = String(words[1])
    }
  }
}
