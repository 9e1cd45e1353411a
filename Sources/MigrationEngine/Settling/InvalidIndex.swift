internal import MigrationCore
internal import Postgres

/// An index that was built CONCURRENTLY and failed: it stays behind, invalid, under its name.
enum InvalidIndex {
  /// Its name; nil if the statement builds none, it is not there, or the connection is gone.
  static func find(_ statement: SQLStatement?, _ connection: SessionConnection) async -> String? {
    guard let index = statement?.facts.concurrentIndex, index.action == .create else { return nil }
    do throws(PostgresError) {
      guard case .invalid(let name) = try await IndexLook(connection: connection).find(index).state else { return nil }
      return name
    } catch {
      return nil
    }
  }
}
