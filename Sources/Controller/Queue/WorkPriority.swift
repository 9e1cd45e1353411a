/// What goes first among keys that are due.
package enum WorkPriority: Int, Sendable, CaseIterable, Comparable {
  /// Looks that nothing has asked for: the first list after a start, and the regular look again.
  case low
  /// Looks that a change, a failure or a person has asked for.
  case normal

  package static func < (left: WorkPriority, right: WorkPriority) -> Bool { left.rawValue < right.rawValue }
}
