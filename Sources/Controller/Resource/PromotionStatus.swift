/// Which gate holds migrations; absent while nothing is held.
package struct GateStatus: Codable, Sendable, Equatable {
  package var reason: String
  package var message: String
  /// When it opens by itself, where that is known.
  package var until: String?
  /// How many pending migrations are held.
  package var held: Int
}

/// An approval, or a bypass of the gates, that an annotation gave.
package struct ApprovalStatus: Codable, Sendable, Equatable {
  /// Of the plan that it is for.
  package var digest: String
  /// What the annotation `whimbrel.dev/approved-by` says, which nobody has checked.
  package var by: String?
  /// When the controller saw it first.
  package var seenAt: String
}

/// One migration that is in effect: the evidence for environments that come after this one.
package struct AppliedStatus: Codable, Sendable, Hashable {
  /// Nil for a repeatable migration, which `description` names.
  package var version: String?
  package var description: String?
  package var checksum: Int64?
  /// Of the file that was applied; nil where that is not known.
  package var sha256: String?
  package var appliedAt: String?
}
