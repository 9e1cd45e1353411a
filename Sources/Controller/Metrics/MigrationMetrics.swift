package import Support
internal import Telemetry

/// The metrics of one resource.
package struct MigrationMetrics: Sendable {
  let series: MigrationSeries
  let labels: [String]

  /// The resource's conditions `Ready` and `Stalled`, and `spec.suspend`.
  ///
  /// Makes its counters as well, at 0, so that their first step can be seen.
  package func conditions(isReady: Bool, isStalled: Bool, isSuspended: Bool) {
    series.ready.set(isReady ? 1 : 0, labels)
    series.stalled.set(isStalled ? 1 : 0, labels)
    series.suspended.set(isSuspended ? 1 : 0, labels)
    for counter in series.counters { counter.prepare(labels) }
  }

  /// How many migrations are not applied yet.
  package func pending(_ count: Int) {
    series.pending.set(Double(count), labels)
  }

  /// How many pending migrations a gate holds.
  package func held(_ count: Int) {
    series.held.set(Double(count), labels)
  }

  /// Whether coordinator and workers can take migrations.
  package func clusterReady(_ isReady: Bool) {
    series.clusterReady.set(isReady ? 1 : 0, labels)
  }

  /// The worker groups that are ready, nil if nobody could be asked, and those that the resource asks for.
  package func workers(ready: Int?, expected: Int) {
    if let ready {
      series.workersReady.set(Double(ready), labels)
    } else {
      series.workersReady.remove(labels)
    }
    series.workersExpected.set(Double(expected), labels)
  }

  /// Whether the database differs from what the migrations made; nil when that is not known.
  package func drift(_ isDrifted: Bool?) {
    guard let isDrifted else { return series.drift.remove(labels) }
    series.drift.set(isDrifted ? 1 : 0, labels)
  }

  /// Whether another installation reports on the resource, so that this one stands back.
  package func contested(_ isContested: Bool) {
    if isContested { series.contested.set(1, labels) } else { series.contested.remove(labels) }
  }

  /// Everything was seen applied at this moment.
  package func succeeded(at moment: Timestamp) {
    series.lastSuccess.set(Double(moment.microseconds) / 1_000_000, labels)
  }

  /// One migration was applied.
  package func applied(in duration: Duration) {
    series.applied.increment(labels)
    series.duration.observe(duration, labels)
  }

  /// One migration failed.
  package func failed(in duration: Duration) {
    series.failed.increment(labels)
    series.duration.observe(duration, labels)
  }

  /// A run got the database's lock after this time.
  package func waitedForLock(_ duration: Duration) {
    series.lockWait.observe(duration, labels)
  }

  /// A run ended before its time.
  package func interrupted() {
    series.interrupted.increment(labels)
  }

  /// A non-transactional migration was taken up where an earlier run was interrupted.
  package func resumed() {
    series.resumed.increment(labels)
  }

  /// The session of a dead run was ended because it held the database's lock.
  package func endedHolder() {
    series.holdersEnded.increment(labels)
  }
}

extension ControllerMetrics {
  /// The metrics of the resource with this name; it has no series before one is set.
  package func migration(namespace: String, name: String) -> MigrationMetrics {
    MigrationMetrics(series: migrations, labels: [namespace, name])
  }

  /// Removes the series of a resource that is gone; call it after whatever ran for it has ended.
  package func forget(namespace: String, name: String) {
    migrations.remove([namespace, name])
  }
}
