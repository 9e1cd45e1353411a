import Postgres
import TestSupport

extension World {
  /// Runs `body` with a further database on the coordinator: with the extension, without workers, cheap to make.
  func withPlainDatabase(_ name: String, _ body: () async throws -> Void) async throws {
    try await database.run("CREATE DATABASE \(name)")
    do {
      let connection = try await PostgresConnection.connect(cluster.parameters(database: name))
      _ = try await connection.execute("CREATE EXTENSION citus")
      await connection.close()
      try await body()
      try await database.run("DROP DATABASE \(name) WITH (FORCE)")
    } catch {
      _ = try? await database.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
      throw error
    }
  }
}
