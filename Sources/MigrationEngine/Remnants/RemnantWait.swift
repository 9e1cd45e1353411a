internal import Postgres

/// Waits until nothing works any more for sessions that have ended, and ends what does not end by itself.
struct RemnantWait {
  let connection: SessionConnection
  let request: RunRequest

  /// How often is looked, a pause apart each, before they are ended, and after that.
  private static let looks = 8
  private static let pause = Duration.milliseconds(250)

  /// - Throws: `remnants` where one goes on all the same; `connection`, `cancelled`.
  func perform() async throws(EngineError) {
    let sessions = WorkerSessions(connection: connection)
    var left = try await asking { () async throws(PostgresError) in try await sessions.orphans() }
    for look in 0..<(3 * Self.looks) {
      guard !left.isEmpty else { return }
      if look == Self.looks {
        let names = left
        _ = try await asking { () async throws(PostgresError) in try await sessions.end(names) }
      }
      try await request.pause(Self.pause)
      // Only what was there before: other sessions come and go.
      left.formIntersection(try await asking { () async throws(PostgresError) in try await sessions.orphans() })
    }
    guard !left.isEmpty else { return }
    throw EngineError(
      .remnants,
      "a worker still works for a dead session (\(left.sorted().prefix(3).joined(separator: ", "))) and did not end when "
        + "told to; nothing is applied beside it (pg_stat_activity on the workers shows it)")
  }

  private func asking<Value>(_ body: () async throws(PostgresError) -> Value) async throws(EngineError) -> Value {
    do throws(PostgresError) {
      return try await body()
    } catch {
      throw EngineError(connection: error, while: "looking for what ended sessions have left on the workers")
    }
  }
}
