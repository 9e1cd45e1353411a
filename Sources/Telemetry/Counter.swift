/// A number that only grows, until the process ends.
package struct Counter: Sendable {
  let family: MetricFamily

  /// Adds to the series with these label values; amounts that are negative or not finite are ignored.
  package func increment(_ labelValues: [String] = [], by amount: Double = 1) {
    guard amount >= 0, amount.isFinite else { return }
    family.change(labelValues) { $0.add(amount) }
  }

  /// Makes the series with these label values, at 0, so that its first step can be seen.
  package func prepare(_ labelValues: [String] = []) {
    family.change(labelValues) { _ in }
  }

  /// Removes the series whose first label values are these: none removes all.
  package func remove(_ labelValues: [String] = []) {
    family.remove(prefix: labelValues)
  }
}
