/// Keeps a leader that has been replaced from reporting: every status carries the epoch of the leader that wrote it.
///
/// A write replaces only a status whose epoch is the one that was seen, and never one of a higher epoch than its own.
struct StatusFence: Sendable, Equatable {
  /// The epoch of this process's term; nil where there is no election, and then nothing is fenced.
  let epoch: Int64?

  /// What to do with a status that is to be written.
  enum Decision: Sendable, Equatable {
    /// Write it; the server is to test that the epoch there is this one (nil: none).
    case write(testing: Int64?)
    /// A later leader has reported: nothing may be written any more.
    case superseded(by: Int64)
    /// The refusal has another cause.
    case fail
  }

  /// Before a write: `seen` is the epoch of the status that was seen last.
  func decide(seen: Int64?) -> Decision {
    if let epoch, let seen, seen > epoch { return .superseded(by: seen) }
    return .write(testing: seen)
  }

  /// After the server refused a write that tested `seen`, and the status was read again.
  func decide(found: Int64?, afterTesting seen: Int64?) -> Decision {
    let decision = decide(seen: found)
    guard found == seen, case .write = decision else { return decision }
    return .fail
  }
}
