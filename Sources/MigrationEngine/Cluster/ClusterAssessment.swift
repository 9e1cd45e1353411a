/// The judgement on a `ClusterObservation`: ready, or what is being waited for.
///
/// Every obstacle here heals without a change to the resource, so all of them mean waiting, never failing.
package struct ClusterAssessment: Sendable, Equatable {
  /// What stands in the way.
  package enum Obstacle: Sendable, Equatable {
    case coordinatorNotReady, waitingForWorkers, metadataNotSynced, nodesUnreachable, versionsDiffer
    case preparedTransactions, shardMoveRunning
  }

  /// Nil when the cluster is ready.
  package let obstacle: Obstacle?
  /// What was found, and what to do if it does not pass by itself.
  package let message: String

  /// Judges an observation by the rules below, in the order in which a cluster comes up.
  package static func judge(_ cluster: ClusterObservation, expecting workers: WorkerExpectation) -> ClusterAssessment {
    let rules: [(ClusterObservation, WorkerExpectation) -> ClusterAssessment?] = [
      coordinator, workerGroups, metadata, coordinatorNode, shardHolders, answers, links, versions,
      preparedTransactions, moves,
    ]
    for rule in rules {
      if let found = rule(cluster, workers) { return found }
    }
    let count = cluster.readyWorkerGroups
    return ClusterAssessment(
      obstacle: nil,
      message:
        "coordinator and \(count) worker\(count == 1 ? "" : "s") are ready (Citus \(cluster.extensionVersion ?? "?"))")
  }

  private static func coordinator(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    func notReady(_ message: String) -> ClusterAssessment {
      ClusterAssessment(obstacle: .coordinatorNotReady, message: message)
    }
    if cluster.isInRecovery {
      return notReady(
        "the server is a standby (in recovery); waiting for it to be promoted, or name the primary's host")
    }
    guard cluster.extensionVersion != nil else {
      return notReady("extension citus is not installed in this database; waiting for CREATE EXTENSION citus")
    }
    if let group = cluster.localGroup, group != 0 {
      return notReady("the server is a worker (group \(group)), not the coordinator; name the coordinator's host")
    }
    if cluster.useSecondaryNodes == "always" {
      return notReady("citus.use_secondary_nodes is 'always': the coordinator only reads; set it to 'never'")
    }
    return nil
  }

  private static func workerGroups(
    _ cluster: ClusterObservation, _ expectation: WorkerExpectation
  ) -> ClusterAssessment? {
    let active = Set(cluster.workers.map(\.group)).count
    if active < expectation.expected {
      return ClusterAssessment(
        obstacle: .waitingForWorkers,
        message:
          "waiting for workers \(active)/\(expectation.expected): \(names(cluster.workers, none: "none is active"))")
    }
    if active > expectation.expected, !expectation.isMinimum {
      return ClusterAssessment(
        obstacle: .waitingForWorkers,
        message: "\(active) workers are active, \(expectation.expected) expected: \(names(cluster.workers, none: "")); "
          + "set spec.cluster.workers.expected to \(active), or match to AtLeast")
    }
    return nil
  }

  private static func metadata(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    let unsynced = cluster.workers.filter { !$0.hasMetadata || !$0.isMetadataSynced }
    guard !unsynced.isEmpty else { return nil }
    return ClusterAssessment(
      obstacle: .metadataNotSynced,
      message:
        "metadata is not synced to \(names(unsynced, none: "")); Citus's maintenance daemon does it once the node is up"
    )
  }

  private static func coordinatorNode(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    guard !cluster.workers.isEmpty else { return nil }
    let hint = "run SELECT citus_set_coordinator_host('<host>', <port>) on the coordinator"
    guard let coordinator = cluster.nodes.first(where: { $0.group == 0 && $0.isParticipant }) else {
      return ClusterAssessment(
        obstacle: .coordinatorNotReady, message: "the coordinator is not in pg_dist_node; \(hint)")
    }
    // Loopback is right only where the workers share the coordinator's machine.
    let loopback: Set = ["localhost", "127.0.0.1", "::1"]
    guard loopback.contains(coordinator.name), !cluster.workers.allSatisfy({ loopback.contains($0.name) }) else {
      return nil
    }
    return ClusterAssessment(
      obstacle: .coordinatorNotReady,
      message: "the coordinator is registered as \(coordinator.address), which no worker can reach; \(hint)")
  }

  private static func shardHolders(
    _ cluster: ClusterObservation, _ expectation: WorkerExpectation
  ) -> ClusterAssessment? {
    let drained = cluster.workers.filter { !$0.holdsShards }
    let holding = Set(cluster.workers.filter(\.holdsShards).map(\.group)).count
    guard holding < expectation.expected else { return nil }
    return ClusterAssessment(
      obstacle: .waitingForWorkers,
      message: "only \(holding) of \(expectation.expected) workers take shards (shouldhaveshards is false on "
        + "\(names(drained, none: ""))); new tables would miss them")
  }

  private static func answers(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    guard cluster.isUnanswered else { return nil }
    return ClusterAssessment(
      obstacle: .nodesUnreachable,
      message:
        "a node accepts connections but does not answer in time; SELECT * FROM citus_check_cluster_node_health() "
        + "on the coordinator shows which")
  }

  // The one node that all broken links have in common.
  private static func silentNode(_ broken: [ClusterObservation.Link]) -> String? {
    guard let first = broken.first, broken.count > 1 else { return nil }
    return [first.to, first.from].first { node in broken.allSatisfy { $0.from == node || $0.to == node } }
  }

  private static func links(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    guard let links = cluster.links else { return nil }
    let broken = links.filter { $0.isHealthy != true }
    if !broken.isEmpty {
      let list = broken.prefix(4).map { "\($0.from) to \($0.to)" }.joined(separator: ", ")
      let more = broken.count > 4 ? " and \(broken.count - 4) more" : ""
      if let silent = silentNode(broken) {
        return ClusterAssessment(
          obstacle: .nodesUnreachable,
          message: "\(silent) does not answer (tried \(list)\(more)); see that its server runs and can be reached")
      }
      return ClusterAssessment(
        obstacle: .nodesUnreachable,
        message: "nodes cannot reach each other: \(list)\(more); see network, pg_hba.conf and passwords between them")
    }
    let participants = cluster.nodes.filter(\.isParticipant).count
    let connections = ClusterObservation.linkCount(nodes: participants)
    guard links.count == connections else {
      return ClusterAssessment(
        obstacle: .nodesUnreachable,
        message: "the health check covered \(links.count) of \(connections) connections between nodes")
    }
    return nil
  }

  private static func versions(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    guard let reports = cluster.reports else { return nil }
    let address = Dictionary(cluster.nodes.map { ($0.identifier, $0.address) }) { first, _ in first }
    let silent = reports.filter { $0.extensionVersion == nil }.map { address[$0.node] ?? "node \($0.node)" }
    if !silent.isEmpty {
      return ClusterAssessment(
        obstacle: .nodesUnreachable, message: "no answer from \(list(silent))")
    }
    let outdated = reports.filter { $0.extensionVersion != cluster.extensionVersion }
    guard !outdated.isEmpty else { return nil }
    let different = outdated.map { "\(address[$0.node] ?? "node \($0.node)") has \($0.extensionVersion ?? "none")" }
    return ClusterAssessment(
      obstacle: .versionsDiffer,
      message: "extension citus is \(cluster.extensionVersion ?? "none") on the coordinator, but "
        + "\(list(different)); run ALTER EXTENSION citus UPDATE there")
  }

  private static func preparedTransactions(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    let count = (cluster.reports ?? []).reduce(0) { $0 + $1.oldPreparedTransactions }
    guard count > 0 else { return nil }
    return ClusterAssessment(
      obstacle: .preparedTransactions,
      message: "\(count) prepared transaction\(count == 1 ? "" : "s") of Citus older than a minute hold locks; Citus's "
        + "maintenance daemon settles them, or run SELECT recover_prepared_transactions()")
  }

  private static func moves(_ cluster: ClusterObservation, _: WorkerExpectation) -> ClusterAssessment? {
    guard cluster.runningMoves > 0 else { return nil }
    return ClusterAssessment(
      obstacle: .shardMoveRunning,
      message: "a rebalance or shard move is running; DDL would queue behind it and block everything else")
  }

  // A status has no room for a thousand addresses.
  private static func list(_ items: [String]) -> String {
    let more = items.count > 16 ? " and \(items.count - 16) more" : ""
    return items.sorted().prefix(16).joined(separator: ", ") + more
  }

  private static func names(_ nodes: [ClusterObservation.Node], none: String) -> String {
    nodes.isEmpty ? none : list(nodes.map(\.address))
  }
}
