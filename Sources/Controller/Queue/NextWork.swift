package import Support

/// When a key is to be worked on again, and why.
package struct NextWork: Sendable, Equatable {
  /// After how long.
  package let delay: Duration
  /// What goes before it, and what behind it.
  package let priority: WorkPriority
  /// Whether the work did not come to its end and is tried again.
  package let isRetry: Bool

  /// The regular look again, when nothing has changed meanwhile.
  package static func resync(after delay: Duration) -> NextWork {
    NextWork(delay: delay, priority: .low, isRetry: false)
  }

  /// The same, or another attempt at a moment if that comes sooner; at least a millisecond from now.
  package func sooner(_ moment: Timestamp?, now: Timestamp) -> NextWork {
    guard let moment else { return self }
    let wait = max(.milliseconds(1), moment.since(now))
    return wait < delay ? .retry(after: wait) : self
  }

  /// Another attempt at what failed, or has to wait.
  package static func retry(after delay: Duration) -> NextWork {
    NextWork(delay: delay, priority: .normal, isRetry: true)
  }
}
