/// Whose signature a commit needs before it is used.
package enum GitVerification: String, Sendable, CaseIterable {
  /// The commit itself is signed.
  case head = "HEAD"
  /// The tag is signed.
  case tag = "Tag"
  /// Both are.
  case tagAndHead = "TagAndHEAD"

  /// Whether the tag's signature counts.
  package var coversTag: Bool { self != .head }
  /// Whether the commit's signature counts.
  package var coversCommit: Bool { self != .tag }
}
