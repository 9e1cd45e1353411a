package import Telemetry

extension ControllerMetrics {
  /// All metrics of the controller but those of the process itself, in one place: `docs/metrics.md` and the files under
  /// `manifests/monitoring` are compared with it.
  ///
  /// Names, labels and buckets of the first four groups are those of controller-runtime and client-go, whose dashboards
  /// and alerts fit; what has no meaning here (the rate limiter of client-go's requests) is left out.
  package static let table: [MetricDefinition] =
    reconcileTable + queueTable + clientTable + electionTable + definitionTable + migrationTable + endpointTable

  // controller-runtime, pkg/internal/controller/metrics
  private static let reconcileTable: [MetricDefinition] = [
    MetricDefinition(
      "controller_runtime_reconcile_total", .counter, labels: ["controller", "result"],
      help: "Looks at resources, by result: success, error, requeue, requeue_after."),
    MetricDefinition(
      "controller_runtime_reconcile_errors_total", .counter, labels: ["controller"],
      help: "Looks at resources that failed."),
    MetricDefinition(
      "controller_runtime_terminal_reconcile_errors_total", .counter, labels: ["controller"],
      help: "Looks at resources that ended Stalled: only a change helps."),
    MetricDefinition(
      "controller_runtime_reconcile_panics_total", .counter, labels: ["controller"],
      help: "Always 0: a trap ends the process, and the pod's restarts count it."),
    MetricDefinition(
      "controller_runtime_reconcile_time_seconds", .histogram, labels: ["controller"],
      buckets: [
        0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
        1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
      ],
      help: "How long a look at a resource took, in seconds; the runs within are part of it."),
    MetricDefinition(
      "controller_runtime_max_concurrent_reconciles", .gauge, labels: ["controller"],
      help: "How many resources may be looked at at once."),
    MetricDefinition(
      "controller_runtime_active_workers", .gauge, labels: ["controller"],
      help: "How many resources are being looked at."),
  ]

  // controller-runtime, pkg/internal/metrics/workqueue.go
  private static let queueBuckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000]

  private static let queueTable: [MetricDefinition] = [
    MetricDefinition(
      "workqueue_depth", .gauge, labels: ["name", "controller", "priority"],
      help: "Resources that are due and wait for a worker, by priority."),
    MetricDefinition(
      "workqueue_adds_total", .counter, labels: ["name", "controller"], help: "Resources added to the queue."),
    MetricDefinition(
      "workqueue_queue_duration_seconds", .histogram, labels: ["name", "controller"], buckets: queueBuckets,
      help: "How long a resource that was due waited for a worker, in seconds."),
    MetricDefinition(
      "workqueue_work_duration_seconds", .histogram, labels: ["name", "controller"], buckets: queueBuckets,
      help: "How long a worker was busy with a resource, in seconds."),
    MetricDefinition(
      "workqueue_unfinished_work_seconds", .gauge, labels: ["name", "controller"],
      help: "How long the workers have been busy with what is not finished yet: the sum, in seconds."),
    MetricDefinition(
      "workqueue_longest_running_processor_seconds", .gauge, labels: ["name", "controller"],
      help: "How long the worker that has been busy longest has been, in seconds."),
    MetricDefinition(
      "workqueue_retries_total", .counter, labels: ["name", "controller"],
      help: "Resources put back with a backoff."),
  ]

  // client-go, tools/metrics, as Kubernetes' own component-base registers them
  private static let clientTable: [MetricDefinition] = [
    MetricDefinition(
      "rest_client_requests_total", .counter, labels: ["code", "method", "host"],
      help: "Requests to the Kubernetes API by status code (<error>: no answer), method and host."),
    MetricDefinition(
      "rest_client_request_duration_seconds", .histogram, labels: ["verb", "host"],
      buckets: [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60],
      help: "How long the Kubernetes API took to answer, in seconds; for a watch, to begin to."),
    MetricDefinition(
      "rest_client_request_retries_total", .counter, labels: ["code", "verb", "host"],
      help: "Requests to the Kubernetes API that repeated an earlier one, by status code, method and host."),
  ]

  // What the controller tells, and is told, besides.
  private static let endpointTable: [MetricDefinition] = [
    MetricDefinition(
      "whimbrel_events_dropped_total", .counter,
      help: "Events that were not written: too many waited, or the API server did not take them."),
    MetricDefinition(
      "whimbrel_webhook_requests_total", .counter, labels: ["code"],
      help: "Calls of the webhook endpoint, by the status code of the answer."),
  ]

  // client-go, tools/leaderelection/metrics.go
  private static let electionTable: [MetricDefinition] = [
    MetricDefinition(
      "leader_election_master_status", .gauge, labels: ["name"],
      help: "1 if this process leads by the Lease of that name, else 0.")
  ]

  private static let definitionTable: [MetricDefinition] = [
    MetricDefinition(
      "whimbrel_definition_outdated", .gauge, labels: [],
      help: "1 if the API server dropped fields of the latest report: the resource definition is too old, else 0.")
  ]
}
