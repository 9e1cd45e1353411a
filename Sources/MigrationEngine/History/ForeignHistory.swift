package import MigrationCore
package import Postgres

/// Another database's history table, only read: for those who want to know what is applied there.
package enum ForeignHistory {
  /// How many rows are read; a longer history is an error.
  package static let longest = 20_000

  /// Reads the rows of a history table, in a session that can only read and waits for nothing longer than ten seconds.
  ///
  /// - Parameters:
  ///   - schema: where the table is; nil is the schema that unqualified names go to.
  ///   - table: its name.
  /// - Throws: `connection`, `historyUnreadable`, also where the table is not there or is longer than `longest`.
  package static func read(
    _ parameters: ConnectionParameters, schema: String?, table: String
  ) async throws(EngineError) -> [HistoryRow] {
    let connection: PostgresConnection
    do throws(PostgresError) {
      connection = try await PostgresConnection.connect(parameters)
    } catch {
      throw EngineError(connection: error, while: "connecting to \(parameters.targetIdentity)")
    }
    let rows: [HistoryRow]
    do throws(PostgresError) {
      rows = try await Self.rows(connection, schema: schema, table: table)
    } catch {
      await connection.close()
      throw failure(error, parameters, table)
    }
    await connection.close()
    guard rows.count <= longest else {
      throw EngineError(
        .historyUnreadable, "the history table \(table) at \(parameters.targetIdentity) has more than \(longest) rows")
    }
    return rows
  }

  private static func rows(
    _ connection: PostgresConnection, schema: String?, table: String
  ) async throws(PostgresError) -> [HistoryRow] {
    // A read-only session refuses every statement that changes anything, whatever rights the role has.
    for setting in [
      "SET default_transaction_read_only = on", "SET statement_timeout = '10s'", "SET lock_timeout = '10s'",
    ] {
      _ = try await connection.execute(setting)
    }
    let name = schema.map { SQLText.table(schema: $0, name: table) } ?? SQLText.identifier(table)
    let result = try await connection.execute(SchemaHistory.selection(of: name) + " LIMIT \(longest + 1)")
    return result.rows.map(SchemaHistory.row)
  }

  private static func failure(
    _ error: PostgresError, _ parameters: ConnectionParameters, _ table: String
  ) -> EngineError {
    guard error.code == .server, !error.isTransient else {
      return EngineError(connection: error, while: "reading the history at \(parameters.targetIdentity)")
    }
    return EngineError(
      .historyUnreadable, "the history table \(table) at \(parameters.targetIdentity) cannot be read: \(error.message)",
      cause: error)
  }
}
