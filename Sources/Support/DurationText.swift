/// Durations as Kubernetes resources spell them: `30s`, `5m`, `1h30m`, `250ms`.
package enum DurationText {
  /// Reads a duration of the form `([0-9]+(\.[0-9]+)?(ms|s|m|h))+`, Flux's pattern.
  ///
  /// Anything else, or more than a hundred years, is nil. What is not zero is at least a millisecond, because zero often
  /// means without a limit.
  package static func parse(_ text: String) -> Duration? {
    guard !text.isEmpty, text.utf8.count <= 64 else { return nil }
    var rest = Substring(text)
    var total = 0.0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      guard let first = digits.first, first != ".", digits.last != ".", let value = Double(digits) else { return nil }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      guard let seconds = secondsPerUnit[String(unit)] else { return nil }
      rest = rest.dropFirst(unit.count)
      total += value * seconds
    }
    guard total < 3_155_760_000 else { return nil }
    return .milliseconds(total > 0 ? max(1, Int64((total * 1000).rounded())) : 0)
  }

  /// Spells a duration with its two largest units, for messages: `1h30m`, `45s`, `250ms`.
  package static func format(_ duration: Duration) -> String {
    let milliseconds = max(0, duration.wholeMilliseconds)
    guard milliseconds >= 1000 else { return "\(milliseconds)ms" }
    let seconds = milliseconds / 1000
    let parts = [(seconds / 86400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    return parts.filter { $0.0 > 0 }.prefix(2).map { "\($0.0)\($0.1)" }.joined()
  }

  private static let secondsPerUnit: [String: Double] = ["ms": 0.001, "s": 1, "m": 60, "h": 3600]
}

extension Duration {
  /// The duration in whole milliseconds, rounded towards zero.
  package var wholeMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
