internal import Support

/// What the terms of one process measure, added up: their series have no label to tell them apart.
final class TermSeries: Sendable {
  /// A series that each term sets.
  enum Series: Sendable, Hashable {
    case depth(WorkPriority), active, unfinished, longest
  }

  private struct State {
    var leases: Set<String> = []
    var values: [Series: [String: Double]] = [:]
  }

  private let state = Guarded(State())

  /// A term under a Lease begins or ends, which forgets what it measured; returns how many there are now.
  func leading(_ isLeading: Bool, lease: String) -> Int {
    state.withLock { state in
      if isLeading {
        state.leases.insert(lease)
      } else {
        state.leases.remove(lease)
        for series in state.values.keys { state.values[series]?[lease] = nil }
      }
      return state.leases.count
    }
  }

  /// Sets what a term measures, and hands out the values of all terms.
  func set(_ series: Series, _ value: Double, lease: String, _ show: ([Double]) -> Void) {
    state.withLock { state in
      state.values[series, default: [:]][lease] = value
      show(state.values[series].map { Array($0.values) } ?? [])
    }
  }
}
