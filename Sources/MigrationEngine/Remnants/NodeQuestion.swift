internal import Postgres

/// Questions to all nodes of Citus at once, each by a new connection to every node.
struct NodeQuestion {
  let connection: SessionConnection

  /// How long one question may take: a node may accept connections and then hang.
  private static let answerTimeout = "30s"

  /// What ended sessions have left on the nodes; nothing without Citus 11 or newer.
  func remnants() async throws(PostgresError) -> NodeRemnants {
    let known = try await connection.execute(
      "SELECT to_regprocedure('pg_catalog.citus_backend_gpid()') IS NOT NULL AS known, "
        + "to_regclass('pg_catalog.pg_dist_node') IS NOT NULL AS citus")
    guard known.rows.first?["known"] == "t", known.rows.first?["citus"] == "t" else { return NodeRemnants() }
    // Sessions first: what one of them has prepared is there when it is not.
    let answers = try await answers(
      """
      SELECT concat((
          SELECT string_agg(DISTINCT application_name, ',') FROM pg_catalog.pg_stat_activity
          WHERE datname = current_database() AND state <> 'idle'
            AND (application_name LIKE 'citus\\_internal gpid=%' OR application_name LIKE 'citus\\_run\\_command gpid=%')
        ), ';', (
          SELECT string_agg(gid, ',') FROM pg_catalog.pg_prepared_xacts
          WHERE gid LIKE 'citus\\_%' AND database = current_database()))
      """)
    var found = NodeRemnants()
    for answer in answers {
      let parts = answer.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.split(separator: ",").map(String.init) }
      found.sessions.formUnion(parts[0])
      found.transactions.formUnion(parts.count > 1 ? parts[1] : [])
    }
    guard found != NodeRemnants() else { return found }
    let living = try await connection.execute(
      """
      SELECT pg_catalog.citus_backend_gpid() / 10000000000 AS node,
        (SELECT groupid FROM pg_catalog.pg_dist_local_group LIMIT 1) AS own, pid
      FROM pg_catalog.pg_stat_activity
      """)
    return found.withoutLiving(
      node: living.rows.first?["node"].flatMap { Int64($0) }, group: living.rows.first?["own"] ?? "0",
      processes: Set(living.rows.compactMap { $0["pid"] }))
  }

  /// Ends the sessions of these names, wherever they are.
  /// - Returns: how many were told to end.
  func end(_ names: Set<String>) async throws(PostgresError) -> Int {
    guard !names.isEmpty else { return 0 }
    let answers = try await answers(
      """
      SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity
      WHERE datname = current_database() AND application_name IN (\(names.map(SQLText.literal).joined(separator: ", ")))
      """)
    return answers.reduce(0) { $0 + (Int($1) ?? 0) }
  }

  // What a node does not answer is no reason to stop, nor one that hangs: what needs it will meet it.
  private func answers(_ question: String) async throws(PostgresError) -> [String] {
    try await connection.execute("SET statement_timeout = '\(Self.answerTimeout)'")
    var answers: [String] = []
    do throws(PostgresError) {
      let result = try await connection.execute(
        "SELECT result FROM run_command_on_all_nodes(\(SQLText.literal(question))) WHERE success")
      answers = result.rows.compactMap { $0["result"] }
    } catch {
      guard error.code == .server, error.sqlState == .queryCanceled else { throw error }
    }
    try await connection.execute("RESET statement_timeout")
    return answers
  }
}
