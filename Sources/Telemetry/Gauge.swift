/// A number that goes up and down; it has no series until it is first set.
package struct Gauge: Sendable {
  let family: MetricFamily

  /// Sets the series with these label values.
  package func set(_ value: Double, _ labelValues: [String] = []) {
    family.change(labelValues) { $0.set(value) }
  }

  /// Removes the series whose first label values are these: none removes all.
  package func remove(_ labelValues: [String] = []) {
    family.remove(prefix: labelValues)
  }
}
