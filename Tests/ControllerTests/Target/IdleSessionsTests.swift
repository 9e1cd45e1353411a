import Logging
import MigrationEngine
import Postgres
import Support
import TestSupport
import Testing

@testable import Controller

@Suite(
  "Sessions that looks have left", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct IdleSessionsTests {
  private static func withSessions(
    _ body: @Sendable (IdleSessions, ConnectionParameters, ContinuousClock.Instant) async throws -> Void
  ) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      try await body(IdleSessions(), database.parameters(), .now)
    }
  }

  private static func leave(
    _ parameters: ConnectionParameters, in sessions: IdleSessions, opened: ContinuousClock.Instant,
    at now: ContinuousClock.Instant
  ) async throws -> MigrationSession {
    let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    let session = try await MigrationSession.open(parameters, logger: logger)
    await sessions.keep(session, parameters, opened: opened, at: now)
    return session
  }

  @Test("the next look at the same database takes one, once, whichever resource it is for")
  func taken() async throws {
    try await Self.withSessions { sessions, parameters, start in
      _ = try await Self.leave(parameters, in: sessions, opened: start, at: start)
      var other = parameters
      other.applicationName = "whimbrel/x/default/other"
      let found = try #require(await sessions.take(other, at: start + .seconds(2)))
      #expect(found.opened == start)
      #expect(await sessions.take(other, at: start + .seconds(2)) == nil)
      await found.session.close()
    }
  }

  @Test("another password, role or database finds none")
  func keys() async throws {
    try await Self.withSessions { sessions, parameters, start in
      let session = try await Self.leave(parameters, in: sessions, opened: start, at: start)
      for change: (inout ConnectionParameters) -> Void in [
        { $0.password = Redacted("rotated") }, { $0.user = "somebody" }, { $0.database = "other" },
        { $0.tls.certificateAuthority = "another" },
      ] {
        var other = parameters
        change(&other)
        #expect(await sessions.take(other, at: start) == nil)
      }
      await session.close()
    }
  }

  @Test("one that waits for 3 seconds, or is 30 seconds old, is closed")
  func expiry() async throws {
    try await Self.withSessions { sessions, parameters, start in
      let idle = try await Self.leave(parameters, in: sessions, opened: start, at: start)
      await sessions.closeExpired(at: start + .milliseconds(2999))
      #expect(await idle.isIdle)
      await sessions.closeExpired(at: start + .seconds(3))
      #expect(await !idle.isIdle)
      let old = try await Self.leave(parameters, in: sessions, opened: start, at: start + .seconds(30))
      #expect(await !old.isIdle)
    }
  }

  @Test("one that broke meanwhile is not handed out")
  func broken() async throws {
    try await Self.withSessions { sessions, parameters, start in
      let session = try await Self.leave(parameters, in: sessions, opened: start, at: start)
      let other = try await PostgresConnection.connect(parameters)
      _ = try await other.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
      )
      await other.close()
      #expect(await sessions.take(parameters, at: start) == nil)
      await session.close()
    }
  }

  @Test("when the leader's term ends all are closed, and none is kept any more")
  func end() async throws {
    try await Self.withSessions { sessions, parameters, start in
      let before = try await Self.leave(parameters, in: sessions, opened: start, at: start)
      let term = Task { await sessions.run() }
      term.cancel()
      await term.value
      #expect(await !before.isIdle)
      let after = try await Self.leave(parameters, in: sessions, opened: start, at: start)
      #expect(await !after.isIdle)
    }
  }
}
