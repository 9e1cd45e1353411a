/// What was published last, and what was said about it: a value.
struct DevProgress: Sendable {
  private(set) var digest: String?
  private var savedAt = Duration.zero
  private var said: DevOutcome?
  private var isPatient = true

  /// The directory is published with this digest; its last change was at a moment.
  mutating func published(_ digest: String, savedAt moment: Duration) {
    (self.digest, savedAt, said, isPatient) = (digest, moment, nil, true)
  }

  /// Takes in what the controller says; nil where that was said before, else how long ago the change was.
  mutating func take(_ outcome: DevOutcome, at now: Duration) -> Duration? {
    guard outcome != .unseen, outcome != said else { return nil }
    said = outcome
    return now - savedAt
  }

  /// Whether nobody has looked at what was published for so long that it should be said, once.
  mutating func isForgotten(at now: Duration) -> Bool {
    guard digest != nil, said == nil, isPatient, now - savedAt > .seconds(5) else { return false }
    isPatient = false
    return true
  }
}
