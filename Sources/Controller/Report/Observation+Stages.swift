package import MigrationCore
package import MigrationEngine

extension PlanObservation {
  /// The bounds of the lists in a status.
  private static let (listedSteps, listedRows) = (100, 20)

  /// History and plan in the shape of the status.
  package init(plan: MigrationPlan, history: [HistoryRow], target: String) {
    let steps = plan.steps.prefix(Self.listedSteps).map { step in
      PlanStepStatus(
        version: step.script.version?.description, description: String(step.script.description.prefix(256)),
        script: step.script.script, checksum: Int64(step.script.checksum), transactional: step.isTransactional)
    }
    self.init(
      currentVersion: plan.currentVersion, appliedCount: plan.appliedCount, pendingCount: plan.pendingCount,
      plan: PlanStatus(digest: plan.digest(target: target), steps: steps),
      history: history.suffix(Self.listedRows).reversed().map(HistoryStatus.init),
      applied: AppliedEvidence.of(plan.migrations))
  }
}

extension HistoryStatus {
  /// One row in the shape of the status.
  init(_ row: HistoryRow) {
    self.init(
      installedRank: row.installedRank, version: row.version, description: String(row.description.prefix(256)),
      type: row.type, script: row.script, checksum: row.checksum.map(Int64.init), installedOn: row.installedOn,
      executionTimeMilliseconds: Int64(row.executionTime), success: row.success)
  }
}

extension ClusterStatus {
  /// What the cluster check saw, in the shape of the status.
  package init(_ cluster: ClusterObservation, target: String, expected: Int) {
    self.init(
      target: target, citusVersion: cluster.extensionVersion, postgresVersion: cluster.postgresVersion,
      workers: "\(cluster.readyWorkerGroups)/\(expected)", workersReady: cluster.readyWorkerGroups,
      workersExpected: expected, nodes: cluster.nodes.map(NodeStatus.init))
  }
}

extension NodeStatus {
  /// One row of `pg_dist_node` in the shape of the status.
  init(_ node: ClusterObservation.Node) {
    let state =
      !node.isActive
      ? "Inactive" : !node.hasMetadata || !node.isMetadataSynced ? "NotSynced" : node.isClone ? "Clone" : "Active"
    self.init(
      name: node.address, group: node.group, role: node.group == 0 ? "coordinator" : node.role, state: state)
  }
}
