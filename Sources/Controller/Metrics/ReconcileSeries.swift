internal import Telemetry

/// The series about looks at resources.
struct ReconcileSeries: Sendable {
  let total: Counter
  let errors: Counter
  let terminalErrors: Counter
  let time: Histogram
  let maximum: Gauge
  let active: Gauge

  init(_ metrics: MetricLookup) {
    total = metrics.counter("controller_runtime_reconcile_total")
    errors = metrics.counter("controller_runtime_reconcile_errors_total")
    terminalErrors = metrics.counter("controller_runtime_terminal_reconcile_errors_total")
    time = metrics.histogram("controller_runtime_reconcile_time_seconds")
    maximum = metrics.gauge("controller_runtime_max_concurrent_reconciles")
    active = metrics.gauge("controller_runtime_active_workers")
    let controller = [ControllerMetrics.controller]
    for result in ControllerMetrics.ReconcileResult.allCases { total.prepare(controller + [result.rawValue]) }
    for counter in [errors, terminalErrors, metrics.counter("controller_runtime_reconcile_panics_total")] {
      counter.prepare(controller)
    }
    time.prepare(controller)
    active.set(0, controller)
  }
}

extension ControllerMetrics {
  /// How a look at a resource ended, with controller-runtime's names.
  package enum ReconcileResult: String, Sendable, CaseIterable {
    /// Done; the next look is the resource's interval away, or when something changes.
    case success
    /// It failed (or needs a person) and is tried again.
    case error
    /// It goes on at once.
    case requeue
    /// It waits for something, and is looked at again after a time.
    case requeueAfter = "requeue_after"
  }

  /// A look at a resource has ended.
  ///
  /// - Parameter isTerminal: for `error`: the resource is Stalled, only a change helps.
  package func reconciled(result: ReconcileResult, in duration: Duration, isTerminal: Bool = false) {
    let controller = [Self.controller]
    reconciles.total.increment(controller + [result.rawValue])
    reconciles.time.observe(duration, controller)
    guard result == .error else { return }
    reconciles.errors.increment(controller)
    if isTerminal { reconciles.terminalErrors.increment(controller) }
  }

  /// How many resources are being looked at.
  package func activeWorkers(_ count: Int) {
    terms.set(.active, Double(count), lease: lease) { reconciles.active.set($0.reduce(0, +), [Self.controller]) }
  }

  /// How many resources may be looked at at once.
  package func maxConcurrentReconciles(_ count: Int) {
    reconciles.maximum.set(Double(count), [Self.controller])
  }
}
