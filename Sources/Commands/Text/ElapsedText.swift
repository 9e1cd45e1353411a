/// How long something took, for people.
enum ElapsedText {
  /// `850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`.
  static func short(milliseconds: Int) -> String {
    switch milliseconds {
    case ..<1000: return "\(max(0, milliseconds)) ms"
    case ..<60_000: return "\(milliseconds / 1000).\(milliseconds / 100 % 10) s"
    case ..<3_600_000: return "\(milliseconds / 60_000) min \(two(milliseconds / 1000 % 60)) s"
    default: return "\(milliseconds / 3_600_000) h \(two(milliseconds / 60_000 % 60)) min"
    }
  }

  /// `00:01.234s`, as Flyway's summaries have it.
  static func flyway(milliseconds: Int) -> String {
    let rest = String(milliseconds % 1000)
    let fraction = String(repeating: "0", count: 3 - rest.count) + rest
    return "\(two(milliseconds / 60_000)):\(two(milliseconds / 1000 % 60)).\(fraction)s"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
