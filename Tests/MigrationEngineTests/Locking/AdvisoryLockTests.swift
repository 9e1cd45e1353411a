import MigrationCore
import Postgres
import TestSupport
import Testing

@testable import MigrationEngine

@Suite("The migration lock", .enabled(if: CitusCluster.isAvailable, "\(CitusCluster.unavailableReason ?? "")"))
struct AdvisoryLockTests {
  private static let key = HistoryLockKey.key(schema: "public", table: "flyway_schema_history")

  /// The numbers of the backends that hold it.
  private func holders(_ database: CitusDatabase) async throws -> [String] {
    try await database.lines(
      "SELECT pid FROM pg_locks l WHERE \(AdvisoryLock.condition(Self.key)) ORDER BY pid")
  }

  @Test(
    "is held once for others, again after a script has given it back, and by nobody after the run",
    arguments: [
      "SELECT 1", "SELECT pg_advisory_unlock(\(key))", "SELECT pg_advisory_unlock(\(key)), pg_advisory_unlock(\(key))",
      "SELECT pg_advisory_unlock_all()", "DISCARD ALL", "SELECT pg_advisory_lock(\(key)), pg_advisory_lock(\(key))",
    ])
  func kept(script: String) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let session = try await database.open()
      let lock = AdvisoryLock(connection: session.connection, key: Self.key)
      #expect(try await lock.attemptToAcquire() == nil)
      let holder = try await holders(database)
      #expect(holder.count == 1)
      _ = try await session.connection.execute(script)
      for _ in 0..<3 {
        try await lock.confirm()
        #expect(try await holders(database) == holder)
        let result = try await session.connection.execute("SELECT 1; SELECT \(lock.confirmation)")
        #expect(result.rows.first?["locked"] == "t")
        #expect(try await holders(database) == holder)
      }
      await lock.release()
      // What the script has taken itself is the script's.
      #expect(try await holders(database).isEmpty == !script.contains("advisory_lock("))
      await session.close()
    }
  }

  @Test(
    "is not taken from somebody who was waiting when a script gave it back",
    arguments: [
      "SELECT pg_advisory_unlock(\(key))", "SELECT pg_advisory_unlock(\(key)), pg_advisory_unlock(\(key))",
      "SELECT pg_advisory_unlock_all()",
    ])
  func lost(script: String) async throws {
    try await CitusCluster.shared().withDatabase(workers: 0) { database in
      let session = try await database.open()
      let lock = AdvisoryLock(connection: session.connection, key: Self.key)
      #expect(try await lock.attemptToAcquire() == nil)
      let other = try await database.connect()
      async let taken = other.execute("SELECT pg_advisory_lock(\(Self.key))")
      try await database.wait(
        until: "SELECT count(*) = 1 FROM pg_locks WHERE pid = \(other.backendProcessIdentifier) AND NOT granted")
      _ = try await session.connection.execute(script)
      let answer = try await session.connection.execute("SELECT \(lock.confirmation)")
      #expect(answer.rows.first?["locked"] == "f")
      _ = try await taken
      let error = await #expect(throws: EngineError.self) { try await lock.confirm() }
      #expect(error?.code == .databaseLocked)
      #expect(try await holders(database) == ["\(other.backendProcessIdentifier)"])
      await other.close()
      await session.close()
    }
  }
}
