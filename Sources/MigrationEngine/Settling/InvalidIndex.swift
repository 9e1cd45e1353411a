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

  /// What is wrong with an index that was built as the server says, and the commands that put it right; nil if it is valid
  /// on the coordinator and on every placement, or has no name.
  static func fault(
    of index: StatementFacts.ConcurrentIndex, _ connection: SessionConnection
  ) async throws(PostgresError) -> (message: String, advice: String)? {
    let finding = try await IndexLook(connection: connection).find(index)
    guard finding.isNamed else { return nil }
    func advice(_ name: String) -> String {
      "send: DROP INDEX CONCURRENTLY IF EXISTS \(name); then run again, and it is built anew"
    }
    switch finding.state {
    case .missing: return nil
    case .invalid(let name):
      return ("the index \(name) is there on the coordinator, but invalid: no query uses it", advice(name))
    case .valid(let name):
      guard !finding.isOnAllShards else { return nil }
      let places = try await ShardIndexes(connection: connection, name: finding.name).incompletePlacements(of: name)
      let shown = places.prefix(5).joined(separator: ", ") + (places.count > 5 ? " and \(places.count - 5) more" : "")
      return ("the index \(name) is missing or invalid on \(places.isEmpty ? "a shard" : shown)", advice(name))
    }
  }
}
