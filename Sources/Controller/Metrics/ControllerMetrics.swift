package import Telemetry

/// What the controller counts and measures, by the names of `table`.
///
/// Calls are cheap, never wait, and are safe from every thread. Of several replicas each serves what it knows; the
/// series of resources are those of the leader.
package struct ControllerMetrics: Sendable {
  /// The value of the label `controller`, and of `name` for the work queue.
  package static let controller = "citusmigration"

  let registry: MetricRegistry
  let reconciles: ReconcileSeries
  let queue: QueueSeries
  let client: ClientSeries
  let migrations: MigrationSeries
  /// The Lease of the term that reports; empty where there is one at most.
  private(set) var lease = ""
  let terms = TermSeries()
  private let leader: Gauge
  private let outdated: Gauge
  private let droppedEvents: Counter
  private let webhooks: Counter

  /// Registers every metric of `table`, and makes the series whose labels are known beforehand, at 0.
  package init(_ registry: MetricRegistry) {
    let metrics = MetricLookup(registry, Self.table)
    self.registry = registry
    reconciles = ReconcileSeries(metrics)
    queue = QueueSeries(metrics)
    client = ClientSeries(metrics)
    migrations = MigrationSeries(metrics)
    leader = metrics.gauge("leader_election_master_status")
    outdated = metrics.gauge("whimbrel_definition_outdated")
    outdated.set(0, [])
    droppedEvents = metrics.counter("whimbrel_events_dropped_total")
    droppedEvents.prepare()
    webhooks = metrics.counter("whimbrel_webhook_requests_total")
  }

  /// Whether the API server dropped fields of the latest report: the resource definition is older than this controller.
  package func definitionOutdated(_ isOutdated: Bool) {
    outdated.set(isOutdated ? 1 : 0, [])
  }

  /// So many Events were not written.
  package func droppedEvents(_ count: Int) {
    droppedEvents.increment(by: Double(count))
  }

  /// A call of the webhook endpoint was answered with this status code.
  package func answeredWebhook(_ status: Int) {
    webhooks.increment(["\(status)"])
  }

  /// The same metrics for the term under this Lease: what it measures is added to what the other terms of this process do.
  package func term(lease: String) -> ControllerMetrics {
    var metrics = self
    metrics.lease = lease
    return metrics
  }

  /// Whether this process leads by the Lease of that name; call it with false at the start.
  ///
  /// Who does not lead has no series of resources and an idle queue: false removes and resets them, once no other Lease
  /// is led by.
  package func leading(_ isLeading: Bool, lease: String) {
    leader.set(isLeading ? 1 : 0, [lease])
    guard terms.leading(isLeading, lease: lease) == 0 else { return }
    migrations.removeAll()
    queue.reset()
    reconciles.active.set(0, [Self.controller])
  }
}
