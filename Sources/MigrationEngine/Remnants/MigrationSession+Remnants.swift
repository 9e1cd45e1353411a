internal import Postgres

extension MigrationSession {
  /// Ends what workers still do in this database for sessions of this coordinator that have ended, as after a run was
  /// cancelled and its connection closed.
  ///
  /// A session that is alive keeps its workers.
  /// - Returns: how many worker sessions were told to end.
  /// - Throws: `connection`.
  package func endRemnants() async throws(EngineError) -> Int {
    do throws(PostgresError) {
      let nodes = NodeQuestion(connection: connection)
      return try await nodes.end(try await nodes.remnants().sessions)
    } catch {
      throw EngineError(connection: error, while: "ending what ended sessions have left on the workers")
    }
  }

  /// Waits until sessions that have ended have left nothing behind that is still at work or still to be committed.
  /// - Throws: `remnants`, `preparedTransactions`; `connection`, `cancelled`.
  func waitForPredecessors(_ request: RunRequest) async throws(EngineError) {
    try await RemnantWait(connection: connection, request: request).perform()
  }
}
