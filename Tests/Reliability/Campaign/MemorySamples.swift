/// Resident memory over time, and what its course is: pure.
package struct MemorySamples: Sendable {
  /// One look at one process.
  package struct Sample: Sendable, Equatable {
    package var seconds: Double
    package var replica: String
    package var process: Int32
    package var kilobytes: Int
    /// How many migrations were applied by then.
    package var applied: Int
  }

  /// The course of one process.
  package struct Course: Sendable, Equatable {
    package var replica: String
    package var process: Int32
    package var first: Int
    package var last: Int
    package var highest: Int
    /// Kilobytes a minute, by least squares over all samples.
    package var slope: Double
    /// The same over the second half.
    package var lateSlope: Double
  }

  package private(set) var samples: [Sample] = []

  /// None yet.
  package init() {}

  mutating func add(_ sample: Sample) { samples.append(sample) }

  /// One course for each process that was seen at least twice.
  package var courses: [Course] {
    let groups = Dictionary(grouping: samples) { "\($0.replica)\($0.process)" }.values.filter { $0.count > 1 }
    let courses = groups.compactMap { group -> Course? in
      let ordered = group.sorted { $0.seconds < $1.seconds }
      guard let first = ordered.first, let last = ordered.last else { return nil }
      return Course(
        replica: first.replica, process: first.process, first: first.kilobytes, last: last.kilobytes,
        highest: ordered.map(\.kilobytes).max() ?? 0, slope: Self.slope(ordered[...]),
        lateSlope: Self.slope(ordered[(ordered.count / 2)...]))
    }
    return courses.sorted { ($0.replica, $0.process) < ($1.replica, $1.process) }
  }

  /// Kilobytes a minute.
  static func slope(_ samples: ArraySlice<Sample>) -> Double {
    let count = Double(samples.count)
    let meanTime = samples.reduce(0) { $0 + $1.seconds } / count
    let meanSize = samples.reduce(0) { $0 + Double($1.kilobytes) } / count
    let spread = samples.reduce(0) { $0 + ($1.seconds - meanTime) * ($1.seconds - meanTime) }
    guard spread > 0 else { return 0 }
    let together = samples.reduce(0) { $0 + ($1.seconds - meanTime) * (Double($1.kilobytes) - meanSize) }
    return together / spread * 60
  }
}
