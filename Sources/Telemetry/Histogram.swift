/// How often values fell below each of a metric's bounds, with their sum and number.
package struct Histogram: Sendable {
  let family: MetricFamily

  /// Adds a duration, in seconds as Prometheus wants it, to the series with these label values; negative counts as zero.
  package func observe(_ duration: Duration, _ labelValues: [String] = []) {
    let bounds = family.definition.buckets
    family.change(labelValues) { $0.observe(max(0, duration.inSeconds), bounds: bounds) }
  }

  /// Makes the series with these label values, without observations.
  package func prepare(_ labelValues: [String] = []) {
    family.change(labelValues) { _ in }
  }

  /// Removes the series whose first label values are these: none removes all.
  package func remove(_ labelValues: [String] = []) {
    family.remove(prefix: labelValues)
  }
}

extension Duration {
  /// The duration as a number of seconds, as Prometheus wants it.
  package var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
