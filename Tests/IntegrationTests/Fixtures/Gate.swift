import Postgres
import TestSupport

/// Holds migrations up as long as a test wants: each passes an advisory lock that the test may hold.
final class Gate: Sendable {
  private let database: CitusDatabase
  private let holder: Holder

  private actor Holder {
    var connection: PostgresConnection?

    func use(_ database: CitusDatabase, _ sql: String) async throws {
      if connection == nil { connection = try await database.connect() }
      _ = try await connection?.execute(sql)
    }

    func end() async {
      await connection?.close()
      connection = nil
    }
  }

  init(_ database: CitusDatabase) {
    self.database = database
    holder = Holder()
  }

  /// A statement that waits while a door is closed.
  func passing(_ door: Int) -> String { "SELECT pg_advisory_xact_lock_shared(4711, \(door));" }

  /// Makes the statements at these doors wait.
  func close(_ doors: Int...) async throws {
    for door in doors { try await holder.use(database, "SELECT pg_advisory_lock(4711, \(door))") }
  }

  /// Lets the statements at a door go on.
  func open(_ door: Int) async throws {
    try await holder.use(database, "SELECT pg_advisory_unlock(4711, \(door))")
  }

  /// Waits until a migration stands at a door of this database: pg_locks shows the doors of all databases.
  func waitUntilReached(_ door: Int) async throws {
    try await database.wait(until: "SELECT count(*) > 0 FROM pg_locks WHERE \(Self.condition(door))")
  }

  /// The server process that stands at a door.
  func session(at door: Int) async throws -> String {
    try await database.value("SELECT pid FROM pg_locks WHERE \(Self.condition(door))") ?? ""
  }

  /// Waits until another server process stands at a door, and this one does no more.
  func waitUntilReached(_ door: Int, byOtherThan session: String) async throws {
    try await database.wait(
      until: "SELECT count(*) = 1 AND bool_and(pid <> \(session)) FROM pg_locks WHERE \(Self.condition(door))")
  }

  private static func condition(_ door: Int) -> String {
    """
    locktype = 'advisory' AND classid = 4711 AND objid = \(door) AND NOT granted
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
  }

  /// Opens all doors.
  func end() async { await holder.end() }
}
