internal import MigrationCore
internal import Postgres
internal import Support

extension StepRunner {
  func runAlone(_ step: PlannedStep, rank: Int) async throws(EngineError) -> Outcome {
    let started = ContinuousClock.now
    try permit()
    let place = StatementBox()
    var isRecorded = false
    do throws(PostgresError) {
      _ = try await connection.execute(
        "SET statement_timeout = '\(execution.statementTimeout.wholeMilliseconds)ms'")
      try await history.insert(row(for: step, rank: rank, since: started, success: false))
      isRecorded = true
      for statement in step.statements {
        place.statement = statement
        try await send(statement)
      }
      place.statement = nil
      try await becomeOriginalRole()
      try await history.settle(rank: rank, executionTime: milliseconds(since: started), success: true)
    } catch {
      throw await leftOpen(step, place.statement, error, rank: isRecorded ? rank : nil)
    }
    return Outcome(
      milliseconds: milliseconds(since: started), warnings: connection.takeNotices().filter(\.isWarning))
  }

  private func leftOpen(
    _ step: PlannedStep, _ statement: SQLStatement?, _ error: PostgresError, rank: Int?
  ) async -> EngineError {
    guard let rank else {
      return EngineError(connection: error, while: "recording \(step.script.script) before it starts")
    }
    let left = await leftOver(of: statement)
    let table = SQLText.table(schema: history.schema, name: history.name)
    let failure = StepFailure(
      step: step, statement: statement, error: error, isRolledBack: false,
      hint: [
        error.server?.hint, left,
        "it ran outside a transaction: undo what it left behind, then DELETE FROM \(table) WHERE installed_rank = \(rank) "
          + "AND NOT success, and it runs again",
      ].compactMap(\.self).joined(separator: "; "))
    return EngineError(.migrationFailed, failure.summary, failure: failure, cause: error.withoutRetry)
  }

  // An index built CONCURRENTLY that fails stays behind, invalid, under its name.
  private func leftOver(of statement: SQLStatement?) async -> String? {
    guard let index = statement?.facts.concurrentIndex, let object = index.name else { return nil }
    let name =
      index.schema.map { SQLText.table(schema: $0, name: object.name) } ?? SQLText.identifier(object.name)
    do throws(PostgresError) {
      let result = try await connection.execute(
        """
        SELECT indexrelid::regclass::text AS name FROM pg_catalog.pg_index
        WHERE indexrelid = to_regclass(\(SQLText.literal(name))) AND NOT indisvalid
        """)
      guard let found = result.rows.first?["name"] else { return nil }
      return "index \(found) was left behind, invalid: DROP INDEX CONCURRENTLY \(found)"
    } catch {
      // The connection is gone: what was left behind is looked for at the next run.
      return nil
    }
  }
}
