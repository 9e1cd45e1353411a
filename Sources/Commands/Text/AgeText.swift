internal import Support

/// How long ago something was, as kubectl shows ages.
enum AgeText {
  /// `45s`, `12m`, `7h`, `3d`; what is in the future is `0s`.
  static func text(from: Timestamp, to now: Timestamp) -> String {
    let seconds = max(0, (now.microseconds - from.microseconds) / 1_000_000)
    switch seconds {
    case ..<120: return "\(seconds)s"
    case ..<7200: return "\(seconds / 60)m"
    case ..<172_800: return "\(seconds / 3600)h"
    default: return "\(seconds / 86400)d"
    }
  }
}
