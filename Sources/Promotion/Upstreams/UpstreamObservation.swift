package import Support

/// What an environment before this one has applied, as far as that could be seen.
package struct UpstreamObservation: Sendable, Equatable {
  /// One migration that is in effect there.
  package struct Evidence: Sendable, Equatable {
    package let checksum: Int32?
    /// SHA-256 of the file that was applied; nil if that is not known any more.
    package let sha256: String?
    package let appliedAt: Timestamp?

    /// What is known of it.
    package init(checksum: Int32?, sha256: String?, appliedAt: Timestamp?) {
      self.checksum = checksum
      self.sha256 = sha256
      self.appliedAt = appliedAt
    }
  }

  /// What came of looking.
  package enum State: Sendable, Equatable {
    /// It is not there, or cannot be asked; why.
    case unavailable(String)
    /// What is in effect there. `isComplete` is false where more is applied than is told of.
    case applied([PendingStep.Key: Evidence], isComplete: Bool)
  }

  /// How texts name it: `CitusMigration dev/app`.
  package let name: String
  package let state: State
  /// Whether it tells of the contents of files; a history table holds checksums alone.
  package let tellsContents: Bool
  /// Whether it must be asked again to notice a change.
  package let isPolled: Bool

  /// An observation from its parts.
  package init(name: String, state: State, tellsContents: Bool, isPolled: Bool) {
    self.name = name
    self.state = state
    self.tellsContents = tellsContents
    self.isPolled = isPolled
  }
}
