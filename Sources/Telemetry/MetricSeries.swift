/// The numbers of one series.
struct MetricSeries: Sendable, Equatable {
  /// The value of a counter or gauge; the sum of a histogram.
  private(set) var value = 0.0
  /// How many observations a histogram has seen.
  private(set) var count: UInt64 = 0
  /// Observations for each bucket, not cumulated; those above the last bound are in `count` only.
  private(set) var buckets: [UInt64]

  init(bucketCount: Int) {
    buckets = Array(repeating: 0, count: bucketCount)
  }

  mutating func set(_ value: Double) {
    self.value = value
  }

  mutating func add(_ amount: Double) {
    value += amount
  }

  mutating func observe(_ observation: Double, bounds: [Double]) {
    value += observation
    count += 1
    if let index = bounds.firstIndex(where: { observation <= $0 }) { buckets[index] += 1 }
  }
}
