internal import Postgres

/// Asks the coordinator what `ClusterAssessment` judges, as the role that the migrations run as.
///
/// It stops early where a later question makes no sense (no extension, a standby), so that a cluster that is coming up
/// gives an observation and not an error.
struct ClusterCheck {
  let connection: PostgresConnection

  /// How long Citus may try to reach one node, in milliseconds; its own default of 30 s would block the check for minutes.
  private static let nodeTimeout = 3000
  /// How long one question may take that goes to all nodes: a node may accept connections and then hang.
  private static let answerTimeout = "30s"

  /// Runs the questions, each a statement of its own outside a transaction.
  /// - Throws: `PostgresError` when the coordinator itself cannot answer.
  func observe() async throws(PostgresError) -> ClusterObservation {
    let identity = try await row(
      """
      SELECT current_setting('server_version') AS version, pg_is_in_recovery() AS recovery,
        (SELECT extversion FROM pg_extension WHERE extname = 'citus') AS extension
      """)
    var observation = ClusterObservation(
      postgresVersion: identity["version"]?.split(separator: " ").first.map(String.init) ?? "",
      isInRecovery: identity["recovery"] == "t", extensionVersion: identity["extension"])
    guard observation.extensionVersion != nil, !observation.isInRecovery else { return observation }
    let local = try await row(
      """
      SELECT (SELECT groupid FROM pg_catalog.pg_dist_local_group LIMIT 1) AS local_group,
        current_setting('citus.use_secondary_nodes', true) AS secondaries, citus_version() AS version
      """)
    observation.localGroup = local["local_group"].flatMap { Int($0) }
    observation.useSecondaryNodes = local["secondaries"]
    observation.citusVersion = local["version"]
    observation.nodes = try await nodes()
    guard observation.localGroup == 0, !observation.workers.isEmpty else { return observation }
    do throws(PostgresError) {
      try await askNodes(&observation)
    } catch {
      // A node that hangs is a state of the cluster, not a failure of the coordinator.
      guard error.code == .server, error.sqlState == .queryCanceled else { throw error }
      observation.isUnanswered = true
    }
    return observation
  }

  private func askNodes(_ observation: inout ClusterObservation) async throws(PostgresError) {
    let answers = try await answers(of: observation.nodes.filter(\.isParticipant))
    observation.links = answers.links
    observation.reports = answers.reports
    observation.runningMoves = try await runningMoves()
  }

  private func row(_ sql: String) async throws(PostgresError) -> Row {
    let result = try await connection.execute(sql)
    guard let row = result.rows.first else {
      throw PostgresError(
        code: .server, message: "the server answered no row to a question about itself")
    }
    return row
  }

  // `nodeisclone` exists from Citus 13.2 on; `to_jsonb` reads it where it is there.
  private func nodes() async throws(PostgresError) -> [ClusterObservation.Node] {
    let result = try await connection.execute(
      """
      SELECT nodeid, groupid, nodename, nodeport, noderole::text AS role, isactive, hasmetadata, metadatasynced,
        shouldhaveshards, coalesce((to_jsonb(node) ->> 'nodeisclone')::boolean, false) AS isclone
      FROM pg_catalog.pg_dist_node AS node
      WHERE nodecluster = coalesce(current_setting('citus.cluster_name', true), 'default')
      ORDER BY groupid, nodeid
      """)
    return result.rows.map { row in
      func flag(_ column: String) -> Bool { row[column] == "t" }
      func number(_ column: String) -> Int { row[column].flatMap { Int($0) } ?? 0 }
      return ClusterObservation.Node(
        identifier: number("nodeid"), group: number("groupid"), name: row["nodename"] ?? "", port: number("nodeport"),
        role: row["role"] ?? "", isActive: flag("isactive"), hasMetadata: flag("hasmetadata"),
        isMetadataSynced: flag("metadatasynced"), holdsShards: flag("shouldhaveshards"), isClone: flag("isclone"))
    }
  }

  /// Asks all nodes at once, in one statement: the version of each, its old prepared transactions, and, of a worker,
  /// which of its neighbours among `nodes` it reaches by a new connection (`ClusterObservation.linkCount`).
  ///
  /// `citus_check_cluster_node_health()` asks for the last node after node, N * N connections in a row; here at most 32 are,
  /// and each worker begins with the node after itself, lest all call on the same one at a time. The coordinator reaches what
  /// answers.
  private func answers(
    of nodes: [ClusterObservation.Node]
  ) async throws(PostgresError) -> (links: [ClusterObservation.Link], reports: [ClusterObservation.NodeReport]) {
    func list(_ value: (ClusterObservation.Node) -> String) -> String {
      "ARRAY[" + nodes.map(value).joined(separator: ", ") + "]"
    }
    let neighbours = ClusterObservation.neighbours(nodes: nodes.count)
    // What is volatile in the inner query is computed after its ORDER BY.
    let question = """
      SELECT concat_ws(' ', (SELECT extversion FROM pg_extension WHERE extname = 'citus'), (
          SELECT count(*) FROM pg_prepared_xacts
          WHERE gid LIKE 'citus\\_%' AND database = current_database() AND prepared < now() - interval '60 seconds'), (
          WITH node AS (
            SELECT * FROM unnest(\(list { SQLText.literal($0.name) }), \(list { "\($0.port)" }), \(list { "\($0.group)" }))
              WITH ORDINALITY AS node (name, port, groupid, place)),
          neighbour AS (
            SELECT name, port, node.place, (node.place - own.place + \(nodes.count)) % \(nodes.count) AS distance
            FROM node, (SELECT place FROM node, pg_dist_local_group AS here WHERE node.groupid = here.groupid
                AND here.groupid <> 0 LIMIT 1) AS own,
              (SELECT set_config('citus.node_connection_timeout', '\(Self.nodeTimeout)', false)) AS limited)
          SELECT string_agg(CASE WHEN is_reached THEN 't' ELSE 'f' END, '' ORDER BY distance) FROM (
            SELECT distance, citus_check_connection_to_node(name, port) AS is_reached
            FROM neighbour WHERE distance BETWEEN 1 AND \(neighbours) ORDER BY distance) AS asked))
      """
    let result = try await connection.execute(
      """
      SET citus.node_connection_timeout = \(Self.nodeTimeout); SET statement_timeout = '\(Self.answerTimeout)';
      SELECT nodeid, success, result FROM run_command_on_all_nodes(\(SQLText.literal(question)))
      """)
    var links: [ClusterObservation.Link] = []
    var reports: [ClusterObservation.NodeReport] = []
    let addresses = nodes.map(\.address)
    let coordinator = nodes.firstIndex { $0.group == 0 }
    for row in result.rows {
      let identifier = row["nodeid"].flatMap { Int($0) } ?? -1
      let isAnswered = row["success"] == "t"
      let answer = isAnswered ? (row["result"] ?? "").split(separator: " ") : []
      reports.append(
        ClusterObservation.NodeReport(
          node: identifier, extensionVersion: answer.first.map(String.init),
          oldPreparedTransactions: answer.count > 1 ? Int(answer[1]) ?? 0 : 0))
      guard let place = nodes.firstIndex(where: { $0.identifier == identifier }), nodes[place].group != 0 else {
        continue
      }
      if let coordinator {
        links.append(ClusterObservation.Link(from: addresses[coordinator], to: addresses[place], isHealthy: isAnswered))
      }
      let reached = answer.count == 3 && answer[2].utf8.count == neighbours ? answer[2].map { $0 == "t" } : nil
      for distance in 0..<neighbours {
        let target = addresses[(place + distance + 1) % nodes.count]
        links.append(ClusterObservation.Link(from: addresses[place], to: target, isHealthy: reached?[distance]))
      }
    }
    return (links, reports)
  }

  // Moves in the foreground hold advisory locks of Citus's own classes (src/include/distributed/resource_lock.h; user
  // locks are of class 1 and 2): 16 a shard's move, 7 a rebalance and 13 a placement change, which the creation of a
  // colocated table holds too, but in shared modes, and 9 the operations 1 (split) and 2
  // (create_distributed_table_concurrently). The other operations of class 9 are transaction recovery, which the
  // maintenance daemon does once a minute, the choice of a colocation group, and the daemon's task monitor.
  private func runningMoves() async throws(PostgresError) -> Int {
    let locks = try await row(
      """
      RESET statement_timeout;
      SELECT count(*) AS moves, to_regclass('pg_catalog.pg_dist_background_job') IS NOT NULL AS has_jobs
      FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted
        AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
        AND (objsubid = 16 OR objsubid IN (7, 13) AND mode NOT IN ('AccessShareLock', 'ShareLock')
          OR objsubid = 9 AND objid IN (1, 2))
      """)
    let moves = locks["moves"].flatMap { Int($0) } ?? 0
    // Background jobs exist from Citus 11.1 on.
    guard locks["has_jobs"] == "t" else { return moves }
    let jobs = try await row(
      """
      SELECT count(*) AS jobs FROM pg_catalog.pg_dist_background_job
      WHERE state::text IN ('scheduled', 'running', 'cancelling', 'failing')
      """)
    return moves + (jobs["jobs"].flatMap { Int($0) } ?? 0)
  }
}
