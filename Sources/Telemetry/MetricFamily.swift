internal import Support

/// All series of one metric, by the values of its labels.
///
/// Safe to use from every thread; no call waits for anything but the family's own short lock.
final class MetricFamily: Sendable {
  let definition: MetricDefinition
  private let series = Guarded<[[String]: MetricSeries]>([:])
  private let onDrop: @Sendable (String) -> Void

  /// A family without series; `onDrop` is told the metric's name for every change that the limit keeps out.
  init(_ definition: MetricDefinition, onDrop: @escaping @Sendable (String) -> Void) {
    self.definition = definition
    self.onDrop = onDrop
  }

  /// Changes the series with these label values, which is made if it is not there yet and the limit allows it.
  func change(_ labelValues: [String], _ body: (inout MetricSeries) -> Void) {
    precondition(
      labelValues.count == definition.labels.count,
      "\(definition.name) has the labels \(definition.labels), not \(labelValues.count) of them")
    let key = labelValues.map(Self.bounded)
    let isKept = series.withLock { series in
      if series[key] == nil {
        guard series.count < definition.limit else { return false }
        series[key] = MetricSeries(bucketCount: definition.buckets.count)
      }
      body(&series[key, default: MetricSeries(bucketCount: definition.buckets.count)])
      return true
    }
    if !isKept { onDrop(definition.name) }
  }

  /// Removes the series whose first label values are these: none removes all.
  func remove(prefix: [String]) {
    let prefix = prefix.map(Self.bounded)
    series.withLock { series in
      if prefix.count == definition.labels.count {
        series[prefix] = nil
      } else {
        series = series.filter { !$0.key.starts(with: prefix) }
      }
    }
  }

  /// The series as they are now.
  func snapshot() -> [[String]: MetricSeries] {
    series.withLock { $0 }
  }

  // Names in Kubernetes have at most 253 characters; whatever else becomes a label is cut.
  private static func bounded(_ value: String) -> String {
    value.utf8.count <= 253 ? value : String(value.prefix(253))
  }
}
