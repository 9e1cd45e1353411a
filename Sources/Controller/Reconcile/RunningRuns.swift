internal import Kubernetes
internal import Support

/// The runs that are going on in this process, so that an annotation can cancel one of them.
final class RunningRuns: Sendable {
  private struct Run: Sendable {
    let id: String
    let asked: Signal
  }

  private let runs = Guarded<[ObjectKey: Run]>([:])

  /// Makes a run known; the signal is sent when it is to be cancelled.
  func begin(_ key: ObjectKey, id: String) -> Signal {
    let asked = Signal()
    runs.withLock { $0[key] = Run(id: id, asked: asked) }
    return asked
  }

  /// The run is over: nothing can cancel it any more.
  func end(_ key: ObjectKey, id: String) {
    runs.withLock { runs in
      if runs[key]?.id == id { runs[key] = nil }
    }
  }

  /// Asks the run of a resource to end if it has this id; any other goes on.
  func cancel(_ key: ObjectKey, id: String) {
    let run = runs.withLock { $0[key] }
    if let run, run.id == id { run.asked.send() }
  }
}
