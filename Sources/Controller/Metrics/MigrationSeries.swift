internal import Telemetry

/// The series that each resource has of its own.
struct MigrationSeries: Sendable {
  let ready: Gauge
  let stalled: Gauge
  let suspended: Gauge
  let pending: Gauge
  let held: Gauge
  let clusterReady: Gauge
  let workersReady: Gauge
  let workersExpected: Gauge
  let drift: Gauge
  let contested: Gauge
  let lastSuccess: Gauge
  let applied: Counter
  let failed: Counter
  let interrupted: Counter
  let resumed: Counter
  let holdersEnded: Counter
  let duration: Histogram
  let lockWait: Histogram

  init(_ metrics: MetricLookup) {
    ready = metrics.gauge("whimbrel_migration_ready")
    stalled = metrics.gauge("whimbrel_migration_stalled")
    suspended = metrics.gauge("whimbrel_migration_suspended")
    pending = metrics.gauge("whimbrel_migration_pending")
    held = metrics.gauge("whimbrel_migration_held")
    clusterReady = metrics.gauge("whimbrel_migration_cluster_ready")
    workersReady = metrics.gauge("whimbrel_migration_workers_ready")
    workersExpected = metrics.gauge("whimbrel_migration_workers_expected")
    drift = metrics.gauge("whimbrel_migration_drift")
    contested = metrics.gauge("whimbrel_migration_contested")
    lastSuccess = metrics.gauge("whimbrel_migration_last_success_timestamp_seconds")
    applied = metrics.counter("whimbrel_migration_applied_total")
    failed = metrics.counter("whimbrel_migration_failed_total")
    interrupted = metrics.counter("whimbrel_migration_interrupted_total")
    resumed = metrics.counter("whimbrel_migration_resumed_total")
    holdersEnded = metrics.counter("whimbrel_migration_holders_ended_total")
    duration = metrics.histogram("whimbrel_migration_duration_seconds")
    lockWait = metrics.histogram("whimbrel_migration_lock_wait_seconds")
  }

  /// Removes what there is about one resource.
  func remove(_ labels: [String]) {
    for gauge in gauges { gauge.remove(labels) }
    for counter in counters { counter.remove(labels) }
    for histogram in [duration, lockWait] { histogram.remove(labels) }
  }

  /// Removes what there is about every resource.
  func removeAll() {
    remove([])
  }

  var counters: [Counter] { [applied, failed, interrupted, resumed, holdersEnded] }

  private var gauges: [Gauge] {
    [
      ready, stalled, suspended, pending, held, clusterReady, workersReady, workersExpected, drift, contested,
      lastSuccess,
    ]
  }
}
