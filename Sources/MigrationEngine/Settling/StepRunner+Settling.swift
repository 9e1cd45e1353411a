internal import MigrationCore
internal import Postgres

extension StepRunner {
  /// How often one statement is sent again.
  private static let repetitions = 3

  /// Sends a statement that stands in no transaction; where the connection breaks, looks what became of it.
  ///
  /// What is done is done, what is not is sent again; all else is left for a person.
  func settledSend(
    _ statement: SQLStatement, earlier: [SQLStatement], _ ranked: RankedStep
  ) async throws(StepStop) -> [Notice] {
    let before = await look(statement)
    var lost: PostgresError?
    for _ in 0...Self.repetitions {
      do throws(PostgresError) {
        return try await sender.send(statement)
      } catch {
        guard error.code == .connectionLost, !Task.isCancelled else { throw .server(error) }
        lost = error
        request.report(.settling(ranked.step, message: error.message))
        guard try await mustRepeat(statement, before, earlier, error, isLast: ranked.step.statements.last == statement)
        else { return [] }
      }
    }
    let cause = lost ?? PostgresError(code: .connectionLost, message: "the connection broke")
    throw .unsettled(cause, finding: "the connection broke \(Self.repetitions + 1) times", commands: [])
  }

  // True: not done, to be sent again. False: done.
  private func mustRepeat(
    _ statement: SQLStatement, _ before: IndexLook.Finding?, _ earlier: [SQLStatement], _ cause: PostgresError,
    isLast: Bool
  ) async throws(StepStop) -> Bool {
    if case .ambiguous = statement.facts.settling {
      throw .unsettled(
        cause, finding: "nothing in the database tells whether the statement was done; look", commands: [])
    }
    if case .runAgain = statement.facts.settling, SessionTrace.isUnclear(after: earlier) {
      throw .unsettled(cause, finding: Self.sessionIsLost, commands: [])
    }
    try await Recovery(runner: self, cause: cause).perform(replaying: SessionTrace.replayable(earlier))
    guard let after = await look(statement) else {
      if case .runAgain = statement.facts.settling { return true }
      throw .unsettled(cause, finding: "it could not be found out what became of the index; look", commands: [])
    }
    switch Settlement.judge(statement.facts.settling, before: before, after: after) {
    case .done:
      guard isLast || !SessionTrace.isUnclear(after: earlier) else {
        throw .unsettled(cause, finding: "the statement was done, but \(Self.sessionIsLost)", commands: [])
      }
      return false
    case .notDone:
      guard !SessionTrace.isUnclear(after: earlier) else {
        throw .unsettled(cause, finding: "the statement was not done, and \(Self.sessionIsLost)", commands: [])
      }
      return true
    case .half(let finding, let commands):
      throw .unsettled(cause, finding: finding, commands: commands)
    }
  }

  private static let sessionIsLost = "what the script had done in its session before is lost"

  private func look(_ statement: SQLStatement) async -> IndexLook.Finding? {
    guard let index = statement.facts.concurrentIndex else { return nil }
    do throws(PostgresError) {
      return try await IndexLook(connection: connection).find(index)
    } catch {
      return nil
    }
  }
}
