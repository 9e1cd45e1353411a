internal import Postgres

/// The sessions that Citus has on its nodes for sessions of this coordinator that have ended.
///
/// A backend that Citus opens on a node says in `application_name` for whom it works: `citus_internal gpid=N`, where N is
/// the number of the node (10^10 times that) and the process there (connection/connection_management.c, backend_data.c).
/// When the coordinator's process is killed, such a backend goes on with its statement until it has something to say.
struct WorkerSessions {
  let connection: SessionConnection

  /// How long one question may take that goes to all nodes: a node may accept connections and then hang.
  private static let answerTimeout = "30s"
  private static let nodeFactor: Int64 = 10_000_000_000

  /// The `application_name`s of those that work for nobody; empty without Citus 11 or newer.
  ///
  /// One whose session ended in order a moment ago may be among them: look twice.
  func orphans() async throws(PostgresError) -> Set<String> {
    let known = try await connection.execute(
      "SELECT to_regprocedure('pg_catalog.citus_backend_gpid()') IS NOT NULL AS known, "
        + "to_regclass('pg_catalog.pg_dist_node') IS NOT NULL AS citus")
    guard known.rows.first?["known"] == "t", known.rows.first?["citus"] == "t" else { return [] }
    let found = try await askAllNodes(
      """
      SELECT string_agg(DISTINCT application_name, ',') FROM pg_catalog.pg_stat_activity
      WHERE datname = current_database() AND state <> 'idle'
        AND (application_name LIKE 'citus\\_internal gpid=%' OR application_name LIKE 'citus\\_run\\_command gpid=%')
      """)
    let names = Set(found.flatMap { $0.split(separator: ",").map(String.init) })
    guard !names.isEmpty else { return [] }
    return names.subtracting(try await living(names))
  }

  /// Ends the sessions of these names, wherever they are.
  /// - Returns: how many were told to end.
  func end(_ names: Set<String>) async throws(PostgresError) -> Int {
    guard !names.isEmpty else { return 0 }
    let answers = try await askAllNodes(
      """
      SELECT count(pg_catalog.pg_terminate_backend(pid)) FROM pg_catalog.pg_stat_activity
      WHERE datname = current_database() AND application_name IN (\(names.map(SQLText.literal).joined(separator: ", ")))
      """)
    return answers.reduce(0) { $0 + (Int($1) ?? 0) }
  }

  // Sessions of other nodes are theirs to judge.
  private func living(_ names: Set<String>) async throws(PostgresError) -> Set<String> {
    let result = try await connection.execute(
      "SELECT pg_catalog.citus_backend_gpid() / \(Self.nodeFactor) AS node, pid FROM pg_catalog.pg_stat_activity")
    let node = result.rows.first?["node"].flatMap { Int64($0) }
    let processes = Set(result.rows.compactMap { $0["pid"].flatMap { Int64($0) } })
    return names.filter { name in
      guard let text = name.split(separator: "=").last, let global = Int64(text), let node else { return true }
      return global / Self.nodeFactor != node || processes.contains(global % Self.nodeFactor)
    }
  }

  // What a node does not answer is no reason to stop, nor one that hangs: what needs it will meet it.
  private func askAllNodes(_ command: String) async throws(PostgresError) -> [String] {
    try await connection.execute("SET statement_timeout = '\(Self.answerTimeout)'")
    var answers: [String] = []
    do throws(PostgresError) {
      let result = try await connection.execute(
        "SELECT result FROM run_command_on_all_nodes(\(SQLText.literal(command))) WHERE success")
      answers = result.rows.compactMap { $0["result"] }
    } catch {
      guard error.code == .server, error.sqlState == .queryCanceled else { throw error }
    }
    try await connection.execute("RESET statement_timeout")
    return answers
  }
}
