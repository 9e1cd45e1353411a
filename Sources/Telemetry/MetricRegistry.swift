internal import Support

/// The metrics of a process, and their text for Prometheus.
///
/// Safe to use from every thread. What a metric may hold is bounded by its definition's limit; what the limit kept out
/// is counted in `whimbrel_metrics_dropped_total`.
package final class MetricRegistry: Sendable {
  /// Counts what the limits of the other metrics kept out, by metric.
  package static let dropped = MetricDefinition(
    "whimbrel_metrics_dropped_total", .counter, labels: ["metric"],
    help: "Changes that were not kept because the metric has its largest number of label sets.")

  private struct State: Sendable {
    var families: [String: MetricFamily] = [:]
    var collectors: [String: @Sendable () -> Void] = [:]
  }

  private let state = Guarded(State())
  private let drops: MetricFamily

  /// A registry without metrics but `dropped`.
  package init() {
    let drops = MetricFamily(Self.dropped) { _ in }
    self.drops = drops
    state.withLock { $0.families[Self.dropped.name] = drops }
  }

  /// The counter with this definition, which must be that of a counter and the same for every call with its name.
  package func counter(_ definition: MetricDefinition) -> Counter {
    Counter(family: family(definition, .counter))
  }

  /// The gauge with this definition, which must be that of a gauge and the same for every call with its name.
  package func gauge(_ definition: MetricDefinition) -> Gauge {
    Gauge(family: family(definition, .gauge))
  }

  /// The histogram with this definition, which must be that of a histogram and the same for every call with its name.
  package func histogram(_ definition: MetricDefinition) -> Histogram {
    Histogram(family: family(definition, .histogram))
  }

  /// Has `collect` called before every reading, to set what is only known then; nil ends that.
  ///
  /// A second closure with the same name takes the place of the first.
  package func collect(_ name: String, _ collect: (@Sendable () -> Void)?) {
    state.withLock { $0.collectors[name] = collect }
  }

  /// The text of every metric that has series, one piece a metric, by name.
  package func read() -> [String] {
    for collect in state.withLock({ Array($0.collectors.values) }) { collect() }
    let families = state.withLock { $0.families }.values.sorted { $0.definition.name < $1.definition.name }
    return families.map { MetricText.text($0.definition, $0.snapshot()) }.filter { !$0.isEmpty }
  }

  private func family(_ definition: MetricDefinition, _ kind: MetricDefinition.Kind) -> MetricFamily {
    precondition(definition.kind == kind, "\(definition.name) is a \(definition.kind), not a \(kind)")
    let drops = drops
    let family = state.withLock { state in
      if let known = state.families[definition.name] { return known }
      let family = MetricFamily(definition) { metric in drops.change([metric]) { $0.add(1) } }
      state.families[definition.name] = family
      return family
    }
    precondition(family.definition == definition, "\(definition.name) is defined twice")
    return family
  }
}
