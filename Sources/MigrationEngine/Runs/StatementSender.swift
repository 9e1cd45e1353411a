internal import MigrationCore
internal import Postgres

/// Sends statements of scripts, and tells what the server answers beside.
struct StatementSender {
  let connection: SessionConnection
  let request: RunRequest

  /// Sends one statement, with its data where it has some.
  ///
  /// - Parameter opening: Statements of ours before it in the same message; not where it has data.
  /// - Returns: the server's warnings.
  @discardableResult
  func send(_ statement: SQLStatement, after opening: [String] = []) async throws(PostgresError) -> [Notice] {
    let opening = opening.map { $0 + "; " }.joined()
    let result: QueryResult
    do throws(PostgresError) {
      if let data = statement.copyData {
        result = try await connection.copyIn(statement.text, data: Array(data))
      } else {
        result = try await connection.execute(opening + statement.text)
      }
    } catch {
      takeNotices()
      throw Self.placed(error, behind: opening)
    }
    let warnings = takeNotices()
    if request.settings.outputQueryResults, !result.columns.isEmpty { request.report(.resultTable(Self.table(result))) }
    return warnings
  }

  // The server counts from the start of the message.
  private static func placed(_ error: PostgresError, behind opening: String) -> PostgresError {
    guard !opening.isEmpty, let position = error.server?.statementPosition else { return error }
    var error = error
    let own = position - opening.unicodeScalars.count
    error.server?.statementPosition = own > 0 ? own : nil
    return error
  }

  /// Tells the notices that have come since.
  /// - Returns: the warnings among them.
  @discardableResult
  func takeNotices() -> [Notice] {
    let notices = connection.takeNotices()
    for notice in notices {
      request.report(
        .notice(severity: notice.severity, message: notice.message, sqlState: notice.sqlState.rawValue))
    }
    return notices.filter(\.isWarning)
  }

  private static func table(_ result: QueryResult) -> ResultTable {
    let rows = result.rows.prefix(ResultTable.longest).map { row in
      row.values.map { value in value.map { String($0.prefix(1000)) } }
    }
    return ResultTable(columns: result.columns, rows: rows, count: result.rows.count)
  }
}
