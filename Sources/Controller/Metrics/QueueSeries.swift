internal import Telemetry

/// The series of the work queue.
struct QueueSeries: Sendable {
  static let labels = [ControllerMetrics.controller, ControllerMetrics.controller]

  let depth: Gauge
  let adds: Counter
  let waited: Histogram
  let worked: Histogram
  let unfinished: Gauge
  let longest: Gauge
  let retries: Counter

  init(_ metrics: MetricLookup) {
    depth = metrics.gauge("workqueue_depth")
    adds = metrics.counter("workqueue_adds_total")
    waited = metrics.histogram("workqueue_queue_duration_seconds")
    worked = metrics.histogram("workqueue_work_duration_seconds")
    unfinished = metrics.gauge("workqueue_unfinished_work_seconds")
    longest = metrics.gauge("workqueue_longest_running_processor_seconds")
    retries = metrics.counter("workqueue_retries_total")
    adds.prepare(Self.labels)
    retries.prepare(Self.labels)
    waited.prepare(Self.labels)
    worked.prepare(Self.labels)
    reset()
  }

  /// The labels of the depth, with controller-runtime's numbers for the priorities.
  static func labels(_ priority: WorkPriority) -> [String] {
    switch priority {
    case .normal: labels + ["0"]
    case .low: labels + ["-100"]
    }
  }

  /// The queue is gone or empty.
  func reset() {
    for priority in WorkPriority.allCases { depth.set(0, Self.labels(priority)) }
    unfinished.set(0, Self.labels)
    longest.set(0, Self.labels)
  }
}

extension ControllerMetrics {
  /// How many resources are due and wait for a worker.
  package func queueDepth(_ count: Int, _ priority: WorkPriority) {
    terms.set(.depth(priority), Double(count), lease: lease) {
      queue.depth.set($0.reduce(0, +), QueueSeries.labels(priority))
    }
  }

  /// A resource was added.
  package func queueAdded() {
    queue.adds.increment(QueueSeries.labels)
  }

  /// A worker took a resource that had been due for so long.
  package func queueWaited(_ duration: Duration) {
    queue.waited.observe(duration, QueueSeries.labels)
  }

  /// A worker was busy with a resource for so long.
  package func workDuration(_ duration: Duration) {
    queue.worked.observe(duration, QueueSeries.labels)
  }

  /// How long the workers have been busy with what is not finished: the sum.
  ///
  /// See `onReading`.
  package func unfinishedWork(_ duration: Duration) {
    terms.set(.unfinished, duration.inSeconds, lease: lease) {
      queue.unfinished.set($0.reduce(0, +), QueueSeries.labels)
    }
  }

  /// How long the worker that has been busy longest has been.
  ///
  /// See `onReading`.
  package func longestRunning(_ duration: Duration) {
    terms.set(.longest, duration.inSeconds, lease: lease) { queue.longest.set($0.max() ?? 0, QueueSeries.labels) }
  }

  /// A resource was put back with a backoff.
  package func retried() {
    queue.retries.increment(QueueSeries.labels)
  }

  /// Has `collect` called just before the metrics are read, for values that change by the clock alone; nil ends that.
  package func onReading(_ name: String, _ collect: (@Sendable () -> Void)?) {
    registry.collect("\(name) \(lease)", collect)
  }
}
