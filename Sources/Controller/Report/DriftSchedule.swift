internal import MigrationCore
package import Support

/// When the database is compared: on its own interval, which is not that of the looks.
package struct DriftSchedule: Sendable {
  package var policy: DriftPolicy
  package var status: CitusMigrationStatus?
  package var now: Timestamp

  /// A schedule after what was reported.
  package init(policy: DriftPolicy, status: CitusMigrationStatus?, now: Timestamp) {
    self.policy = policy
    self.status = status
    self.now = now
  }

  /// Whether a look that finds nothing pending compares.
  ///
  /// - Parameters:
  ///   - reconcileToken: The annotation that asks for a look.
  ///   - acceptToken: The annotation that accepts what is there.
  package func isDue(generation: Int64, reconcileToken: String?, acceptToken: String?) -> Bool {
    guard let drift = status?.drift, let condition = status?.condition(.driftFree),
      let checkedAt = drift.checkedAt.flatMap({ Timestamp(rfc3339: $0) })
    else { return true }
    if condition.status == "Unknown" || condition.observedGeneration != generation { return true }
    if let reconcileToken, reconcileToken != status?.lastHandledReconcileAt { return true }
    if let acceptToken, acceptToken != drift.lastHandledAcceptAt { return true }
    // Those are found without a comparison, and are gone when the look gets this far.
    if drift.objects.contains(where: { $0.kind == DriftKind.script.rawValue }) { return true }
    let passed = now.since(checkedAt)
    return passed >= policy.interval || passed < .zero
  }

  /// How long until the next comparison; nil where there is none.
  package func delay(retryInterval: Duration) -> Duration? {
    guard policy.mode != .off else { return nil }
    guard let drift = status?.drift, let checkedAt = drift.checkedAt.flatMap({ Timestamp(rfc3339: $0) }),
      status?.condition(.driftFree)?.status != "Unknown"
    else { return min(policy.interval, retryInterval) }
    return max(.milliseconds(100), min(policy.interval, policy.interval - now.since(checkedAt)))
  }
}
