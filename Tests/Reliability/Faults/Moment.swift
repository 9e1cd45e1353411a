internal import TestSupport

/// When a fault happens, counted from when the work goes on.
package enum Moment: Sendable, Equatable, CustomStringConvertible {
  case after(Duration)
  /// As soon as a controller runs a statement like this.
  case during(String)

  /// Half of them at any time, half of them in the middle of a statement of a kind that is worth it.
  static func random(using random: inout SeededGenerator) -> Moment {
    guard Bool.random(using: &random) else {
      return .after(.milliseconds(Int.random(in: 0..<1200, using: &random)))
    }
    let patterns = [
      "CREATE INDEX CONCURRENTLY%", "CREATE INDEX CONCURRENTLY%", "DROP INDEX CONCURRENTLY%", "%pg_sleep(0.06)%",
      "%pg_sleep(0.06)%", "UPDATE bets%", "%create_distributed_table%", "ALTER TABLE bets%", "COMMIT%",
      "%flyway_schema_history%", "INSERT INTO ledger%",
    ]
    return .during(patterns[Int.random(in: 0..<patterns.count, using: &random)])
  }

  package var description: String {
    switch self {
    case .after(let duration): "after \(duration.inSeconds) s"
    case .during(let pattern): "during '\(pattern)'"
    }
  }

  /// Waits for it, within bounds: a statement that does not come again is not waited for.
  func wait(_ observer: Observer) async throws {
    switch self {
    case .after(let duration): try await Task.sleep(for: duration)
    case .during(let pattern): _ = try await observer.waitForStatement(like: pattern, timeout: .seconds(2))
    }
  }
}
