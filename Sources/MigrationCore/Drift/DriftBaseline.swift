/// What a check compares with, and whether that can be trusted: decided from values.
package enum DriftBaseline {
  /// What is known of the baseline beside its text: kept where nobody reaches it through the database.
  package struct Seal: Sendable, Equatable {
    /// SHA-256 of the text.
    package var digest: String
    /// The run after which it was taken; nil where there was none.
    package var run: String?

    /// A seal of its parts.
    package init(digest: String, run: String?) {
      self.digest = digest
      self.run = run
    }
  }

  /// What to do with a stored text.
  package enum Judgement: Sendable, Equatable {
    /// Compare with it.
    case compare(DriftFingerprint)
    /// There is none that counts: take what is there now for right from now on.
    case take(Reason)
    /// Somebody has changed the text in the database, or has taken it away: it says nothing any more.
    case altered
  }

  /// Why a new baseline is taken.
  package enum Reason: Sendable, Equatable {
    /// There was none.
    case first
    /// A run of this controller ended without its baseline: its process ended, or the store failed.
    case unfinishedRun
    /// What is stored was written by another version, about other schemas, or on another version of the server.
    case incomparable
    /// A person has said that what is there is right.
    case accepted
    /// A run has just ended well.
    case run
  }

  /// Judges a stored text.
  ///
  /// - Parameters:
  ///   - seal: What was noted when it was stored; nil where nothing was.
  ///   - lastRun: The latest run that was reported, whether it ended or not.
  package static func judge(
    _ text: String?, seal: Seal?, lastRun: String?, current: DriftFingerprint
  ) -> Judgement {
    let stored = text.flatMap { DriftFingerprint(text: $0) }
    let isComparable = stored.map { $0.basis == current.basis } ?? false
    if let seal, seal.run != lastRun, hasGrown(stored, current) { return .take(.unfinishedRun) }
    let isSealed = seal.map { seal in text.map { DriftFingerprint.digest(of: $0) == seal.digest } ?? false }
    if isSealed == false { return .altered }
    guard text != nil else { return .take(.first) }
    guard let stored, isComparable else { return .take(.incomparable) }
    return .compare(stored)
  }

  /// That the stored text is not the one that was stored.
  package static let alteration = DriftDifference(
    DriftObject.Key(.baseline, "stored"), .changed, expected: "the text that was stored", actual: "another, or none")

  // A run leaves rows behind; where none are new, none has changed anything.
  private static func hasGrown(_ stored: DriftFingerprint?, _ current: DriftFingerprint) -> Bool {
    guard let stored else { return true }
    return (current.lastRank ?? -1) > (stored.lastRank ?? -1)
  }
}
