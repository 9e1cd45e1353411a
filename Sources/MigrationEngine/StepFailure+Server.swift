internal import MigrationCore
internal import Postgres

extension StepFailure {
  /// A failed statement: the place that the server named inside it, or where it starts.
  init(
    step: PlannedStep, statement: SQLStatement?, error: PostgresError, isRolledBack: Bool, hint: String? = nil
  ) {
    let place = statement.map { Self.place(in: $0, serverPosition: error.server?.statementPosition) }
    self.init(
      version: step.script.version?.description, script: step.script.script, checksum: step.script.checksum,
      line: place?.line, column: place?.column, sqlState: error.sqlState?.rawValue,
      message: Self.text(error), hint: hint ?? error.server?.hint, isRolledBack: isRolledBack)
  }

  /// One line for logs and conditions: script, place, SQLSTATE, message, and whether it was rolled back.
  var summary: String {
    let place = line.map { ":\($0)" + (column.map { ":\($0)" } ?? "") } ?? ""
    let state = sqlState.map { " [\($0)]" } ?? ""
    let end = isRolledBack ? "; rolled back" : "; not rolled back"
    return "\(script)\(place):\(state) \(message)\(end)" + (hint.map { ". \($0)" } ?? "")
  }

  // DETAIL of the classes 22 (data) and 23 (constraint) holds values of rows: it does not go into a status or a log.
  private static func text(_ error: PostgresError) -> String {
    guard let server = error.server else { return error.message }
    guard let detail = server.detail, let state = error.sqlState, state.class != "22", state.class != "23" else {
      return server.message
    }
    return "\(server.message): \(detail)"
  }

  // The server counts characters (code points) from 1 in the statement that it was sent.
  private static func place(in statement: SQLStatement, serverPosition: Int?) -> (line: Int, column: Int) {
    var line = statement.position.line
    var column = statement.position.column
    for scalar in statement.text.unicodeScalars.prefix(max(0, (serverPosition ?? 1) - 1)) {
      if scalar == "\n" {
        line += 1
        column = 1
      } else {
        column += 1
      }
    }
    return (line, column)
  }
}

extension Notice {
  /// Whether the server meant a warning rather than information.
  var isWarning: Bool { severity == "WARNING" }

  /// Citus: `"view v" has dependency to "table l" that is not in Citus' metadata`, DETAIL `... will be created only
  /// locally`.
  var announcesLocalOnlyObject: Bool { detail?.contains("will be created only locally") ?? false }

  /// Citus: `failed to commit transaction on host:port`; the statement succeeded, a worker's part is still prepared.
  var announcesUnfinishedCommit: Bool { message.contains("failed to commit transaction on") }
}

extension PostgresError {
  /// The same error as one that must not be retried: what failed outside a transaction is not undone.
  var withoutRetry: PostgresError {
    var error = self
    error.isTransient = false
    return error
  }

  /// Whether a lock or a deadlock was the reason, so that the whole transaction may simply be tried again.
  var isLockFailure: Bool {
    guard let sqlState else { return false }
    return [.lockNotAvailable, .deadlockDetected, .serializationFailure].contains(sqlState)
  }
}
