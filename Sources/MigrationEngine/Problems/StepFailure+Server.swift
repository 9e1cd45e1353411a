internal import MigrationCore
internal import Postgres

extension StepFailure {
  /// A failed statement: the place that the server named inside it, or where it starts.
  init(
    step: PlannedStep, statement: SQLStatement?, error: PostgresError, isRolledBack: Bool, hint: String? = nil
  ) {
    let place = statement.map { Self.place(in: $0, serverPosition: error.server?.statementPosition) }
    self.init(
      step: step, place: place, sqlState: error.sqlState?.rawValue, message: Self.text(error),
      hint: hint ?? error.server?.hint ?? Self.advice(error, step), isRolledBack: isRolledBack)
  }

  /// A failed statement of a callback.
  init(callback: PlannedCallback, statement: SQLStatement?, error: PostgresError, isRolledBack: Bool) {
    let place = statement.map { Self.place(in: $0, serverPosition: error.server?.statementPosition) }
    self.init(
      version: nil, script: callback.script.script, path: callback.script.filePath, checksum: 0, line: place?.line,
      column: place?.column, sqlState: error.sqlState?.rawValue, message: Self.text(error),
      hint: error.server?.hint, isRolledBack: isRolledBack)
  }

  /// A failure that no single statement stands for.
  init(
    step: PlannedStep, place: (line: Int, column: Int)? = nil, sqlState: String?, message: String, hint: String?,
    isRolledBack: Bool
  ) {
    self.init(
      version: step.script.version?.description, script: step.script.script, path: step.script.filePath,
      type: step.script.type, checksum: step.script.checksum, line: place?.line, column: place?.column,
      sqlState: sqlState, message: message, hint: hint, isRolledBack: isRolledBack)
  }

  /// One line for logs and conditions: script, place, SQLSTATE, message, and whether it was rolled back.
  var summary: String {
    let place = line.map { ":\($0)" + (column.map { ":\($0)" } ?? "") } ?? ""
    let state = sqlState.map { " [\($0)]" } ?? ""
    let end = isRolledBack ? "; rolled back" : "; not rolled back"
    return "\(script)\(place):\(state) \(message)\(end)" + (hint.map { ". \($0)" } ?? "")
  }

  private static func text(_ error: PostgresError) -> String {
    guard let server = error.server else { return oneLine(error.message) }
    let message = server.sqlState.class == "22" ? withoutQuotations(server.message) : server.message
    guard let detail = server.detail, !quotesData(server) else { return oneLine(message) }
    return oneLine("\(message): \(detail)")
  }

  // libpq's texts about connections have several lines.
  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).map { line in
      String(line.drop(while: \.isWhitespace))
    }.joined(separator: " ")
  }

  // DETAIL of the classes 22 (data), 23 (constraint) and P0 (RAISE) may hold values of rows, and so does that of a lost
  // COPY of Citus (58030); Citus also repeats a worker's 23 as XX000 (multi_copy.c, ReportCopyError).
  private static func quotesData(_ server: ServerDiagnostics) -> Bool {
    guard !["22", "23", "P0", "58"].contains(server.sqlState.class) else { return true }
    return server.detail.map { $0.hasPrefix("Key (") || $0.hasPrefix("Failing row contains") } ?? false
  }

  // `invalid input syntax for type integer: "..."`: what stands in quotation marks is a value.
  private static func withoutQuotations(_ message: String) -> String {
    let parts = message.split(separator: "\"", omittingEmptySubsequences: false)
    return parts.enumerated().map { $0.offset % 2 == 0 ? String($0.element) : "..." }.joined(separator: "\"")
  }

  // Where the server gives no hint and people ask what next.
  private static func advice(_ error: PostgresError, _ step: PlannedStep) -> String? {
    guard step.isTransactional else { return nil }
    switch error.sqlState?.rawValue {
    case SQLState.activeSQLTransaction.rawValue:
      return "move it into a migration of its own, with executeInTransaction=false in \(step.script.script).conf"
    case "2D000":
      return
        "a migration commits together with its history row; to let a procedure commit, move the call into a migration of "
        + "its own with executeInTransaction=false in \(step.script.script).conf"
    case SQLState.insufficientPrivilege.rawValue:
      return "grant it to the role that the migrations run as"
    default: return nil
    }
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
