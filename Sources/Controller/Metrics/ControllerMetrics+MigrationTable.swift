internal import Telemetry

extension ControllerMetrics {
  // A series for each resource: the limit is above the number of resources that the controller is measured with.
  private static let resource = ["namespace", "name"]
  private static let resources = 20_000

  // One resource each; gone when the resource is, or when this process no longer leads.
  static let migrationTable: [MetricDefinition] = [
    MetricDefinition(
      "whimbrel_migration_ready", .gauge, labels: resource, limit: resources,
      help: "1 if the resource is Ready, else 0."),
    MetricDefinition(
      "whimbrel_migration_stalled", .gauge, labels: resource, limit: resources,
      help: "1 if the resource is Stalled and needs a person, else 0."),
    MetricDefinition(
      "whimbrel_migration_suspended", .gauge, labels: resource, limit: resources,
      help: "1 if spec.suspend holds the resource back, else 0."),
    MetricDefinition(
      "whimbrel_migration_pending", .gauge, labels: resource, limit: resources,
      help: "Migrations that are not applied yet; absent until the history has been read."),
    MetricDefinition(
      "whimbrel_migration_held", .gauge, labels: resource, limit: resources,
      help: "Pending migrations that a gate of spec.promotion holds."),
    MetricDefinition(
      "whimbrel_migration_cluster_ready", .gauge, labels: resource, limit: resources,
      help: "1 if coordinator and workers can take migrations, else 0; absent until they have been asked."),
    MetricDefinition(
      "whimbrel_migration_workers_ready", .gauge, labels: resource, limit: resources,
      help: "Worker groups that are ready; absent until the coordinator has been asked."),
    MetricDefinition(
      "whimbrel_migration_workers_expected", .gauge, labels: resource, limit: resources,
      help: "Worker groups that spec.cluster.workers asks for."),
    MetricDefinition(
      "whimbrel_migration_drift", .gauge, labels: resource, limit: resources,
      help: "1 if the database differs from what the migrations made, else 0; absent until that is known."),
    MetricDefinition(
      "whimbrel_migration_contested", .gauge, labels: resource, limit: resources,
      help: "1 while another installation reports on the resource and this one stands back; else absent."),
    MetricDefinition(
      "whimbrel_migration_last_success_timestamp_seconds", .gauge, labels: resource, limit: resources,
      help: "When everything was last seen applied, in seconds since 1970-01-01T00:00:00Z."),
    MetricDefinition(
      "whimbrel_migration_applied_total", .counter, labels: resource, limit: resources,
      help: "Migrations applied by this process."),
    MetricDefinition(
      "whimbrel_migration_failed_total", .counter, labels: resource, limit: resources,
      help: "Migrations that failed in this process."),
    MetricDefinition(
      "whimbrel_migration_interrupted_total", .counter, labels: resource, limit: resources,
      help: "Runs that ended before their time: a lost connection, a lost Lease, a cancellation."),
    MetricDefinition(
      "whimbrel_migration_resumed_total", .counter, labels: resource, limit: resources,
      help: "Non-transactional migrations that were taken up where an earlier run was interrupted."),
    MetricDefinition(
      "whimbrel_migration_holders_ended_total", .counter, labels: resource, limit: resources,
      help: "Sessions of dead runs of this installation that were ended because they held the database's lock."),
    MetricDefinition(
      "whimbrel_migration_duration_seconds", .histogram, labels: resource,
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600], limit: resources,
      help: "How long one migration took, in seconds."),
    MetricDefinition(
      "whimbrel_migration_lock_wait_seconds", .histogram, labels: resource,
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 15, 60, 300], limit: resources,
      help: "How long a run waited for the database's lock, in seconds."),
  ]
}
