internal import Kubernetes
package import MigrationCore
package import Promotion
internal import Support

extension UpstreamObservation {
  /// What a resource's status tells of what is applied there.
  package init(_ object: CitusMigration?, name: String, isPolled: Bool) {
    self.init(name: name, state: Self.state(of: object), tellsContents: true, isPolled: isPolled)
  }

  private static func state(of object: CitusMigration?) -> State {
    guard let object else {
      return .unavailable(
        "it does not exist, or this controller does not serve its namespace; create it, or correct the name")
    }
    guard object.metadata.deletionTimestamp == nil else { return .unavailable("it is being deleted") }
    guard let applied = object.status?.applied else {
      return .unavailable("it has not told yet what is applied there")
    }
    var evidence: [PendingStep.Key: Evidence] = [:]
    for entry in applied {
      guard let key = PendingStep.Key(version: entry.version, description: entry.description ?? "") else { continue }
      evidence[key] = Evidence(
        checksum: entry.checksum.flatMap { Int32(exactly: $0) }, sha256: entry.sha256,
        appliedAt: entry.appliedAt.flatMap { Timestamp(rfc3339: $0) })
    }
    return .applied(evidence, isComplete: applied.count < AppliedEvidence.listed)
  }

  /// What the rows of a history table tell, which know no contents.
  package init(rows: [HistoryRow], name: String) {
    let migrations = MigrationOverview(set: MigrationSet(), history: rows, settings: MigrationSettings()).migrations
    let inEffect: Set<MigrationState> = [.success, .outOfOrder, .outdated, .missingSuccess, .futureSuccess]
    var evidence: [PendingStep.Key: Evidence] = [:]
    for info in migrations
    where info.row?.success == true && inEffect.contains(info.state)
      && ["Versioned", "Repeatable"].contains(info.category)
    {
      guard let key = PendingStep.Key(version: info.version, description: info.description) else { continue }
      evidence[key] = Evidence(checksum: info.row?.checksum, sha256: nil, appliedAt: info.row?.installedAt)
    }
    self.init(name: name, state: .applied(evidence, isComplete: true), tellsContents: false, isPolled: true)
  }
}
