/// What kind of object a difference is about; the text is what patterns, statuses and reports say.
package enum DriftKind: String, Sendable, Hashable, CaseIterable, Comparable {
  /// The stored baseline itself.
  case baseline
  /// A script that was applied and is missing in the source or was edited.
  case script
  /// A row of the history table.
  case history
  case `extension`, schema, type, sequence, table, column, constraint, index
  case view
  case materializedView = "materialized-view"
  case rule, function, procedure, aggregate, trigger, policy

  package static func < (left: DriftKind, right: DriftKind) -> Bool { left.order < right.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
