/// How much a finding weighs.
package enum Level: String, Sendable, Hashable, Comparable, CaseIterable {
  /// Worth knowing.
  case info
  /// Works, but hurts somewhere.
  case warning
  /// Is refused, silently wrong, or stops others from working.
  case error

  /// Whether the left one weighs less.
  package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .error: 2
    }
  }
}
