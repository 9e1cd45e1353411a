package import Postgres

/// A database of a test: the same name on coordinator and workers, the extension citus in all of them.
package struct CitusDatabase: Sendable {
  package let name: String
  package let cluster: CitusCluster

  /// Parameters of a superuser on this database.
  package func parameters(
    on part: CitusCluster.Part = .coordinator, applicationName: String = "whimbrel-tests"
  ) -> ConnectionParameters {
    var parameters = cluster.parameters(database: name, on: part)
    parameters.applicationName = applicationName
    return parameters
  }

  /// Opens a session; the caller closes it, or it ends with the database.
  package func connect(on part: CitusCluster.Part = .coordinator) async throws -> PostgresConnection {
    try await PostgresConnection.connect(parameters(on: part))
  }

  /// Sends statements in one message over a session of their own.
  @discardableResult
  package func run(_ sql: String, on part: CitusCluster.Part = .coordinator) async throws -> QueryResult {
    let connection = try await connect(on: part)
    do {
      let result = try await connection.execute(sql)
      await connection.close()
      return result
    } catch {
      await connection.close()
      throw error
    }
  }

  /// The first column of the first row.
  package func value(_ sql: String, on part: CitusCluster.Part = .coordinator) async throws -> String? {
    try await run(sql, on: part).rows.first?[0]
  }

  /// The rows, columns joined by `|`, as `psql -At` prints them.
  package func lines(_ sql: String, on part: CitusCluster.Part = .coordinator) async throws -> [String] {
    let result = try await run(sql, on: part)
    return result.rows.map { row in
      (0..<result.columns.count).map { row[$0] ?? "" }.joined(separator: "|")
    }
  }

  /// Asks again and again until the answer is `t`; throws after half a minute.
  package func wait(until sql: String, on part: CitusCluster.Part = .coordinator) async throws {
    let connection = try await connect(on: part)
    let deadline = ContinuousClock.now + .seconds(30)
    while try await connection.execute(sql).rows.first?[0] != "t" {
      guard ContinuousClock.now < deadline else {
        await connection.close()
        throw PostgresServerError(message: "not within 30 s: \(sql)")
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    await connection.close()
  }
}
