/// Tells a directory that is being saved to from one that is at rest: a value, without files and time of its own.
///
/// Editors save in several steps: they truncate and write, write another file and rename it, or move the old one away
/// first. What is in between must not be applied. So a change counts when nothing has happened for a while, and no
/// writer has a file open into which it has written.
struct SaveState: Sendable {
  /// What to do.
  enum Decision: Sendable, Equatable {
    /// Nothing has changed since the last reading.
    case rest
    /// Something may still follow: to be asked again after this time.
    case wait(Duration)
    /// These files have been written to and not closed.
    case open([String])
    /// Read the directory.
    case read
  }

  /// How long nothing must have happened.
  let quiet: Duration
  /// Which names count; what an editor keeps beside them does not.
  let names: ScriptNames
  /// When something happened last; nil when it has been read since.
  private(set) var changedAt: Duration?
  private var written: Set<String> = []

  init(quiet: Duration, names: ScriptNames) {
    (self.quiet, self.names) = (quiet, names)
  }

  /// Takes in what happened.
  mutating func handle(_ event: DirectoryEvent, at now: Duration) {
    if event.kind == .lost {
      written = []
    } else {
      guard names.include(event.name) else { return }
      if event.kind == .written { written.insert(event.name) } else { written.remove(event.name) }
    }
    changedAt = now
  }

  /// Asks for a reading although nothing was told.
  mutating func suspect(at now: Duration) {
    if changedAt == nil { changedAt = now - quiet }
  }

  func decision(at now: Duration) -> Decision {
    guard let changedAt else { return .rest }
    let left = changedAt + quiet - now
    if left > .zero { return .wait(left) }
    return written.isEmpty ? .read : .open(written.sorted())
  }

  /// The directory was read: returns when what was found happened.
  mutating func read(at now: Duration) -> Duration {
    defer { changedAt = nil }
    return changedAt ?? now
  }
}
