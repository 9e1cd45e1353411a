internal import MigrationCore

extension MigrationSession {
  /// Flyway's `migrate`: takes the lock, makes the plan from the history as it is then, and applies what is pending.
  ///
  /// Cancelling the task cancels the running statement and rolls it back.
  /// - Throws: `databaseLocked`, `validationFailed`, `refused`, `migrationFailed` and the like; what was applied before
  ///   the failure stays applied and recorded.
  package func run(_ request: RunRequest) async throws(EngineError) -> RunSummary {
    try await whileLocked(request) { lock throws(EngineError) in
      try await MigrateRun(self, request, lock).perform()
    }
  }

  /// Does something with Flyway's lock held; whatever goes wrong when it is given back stays behind what went wrong before.
  func whileLocked<Value>(
    _ request: RunRequest, _ body: (AdvisoryLock) async throws(EngineError) -> Value
  ) async throws(EngineError) -> Value {
    let lock = AdvisoryLock(connection: connection, key: schemaHistory(request.settings).lockKey)
    try await lock.acquire(request)
    do throws(EngineError) {
      let value = try await body(lock)
      await lock.release()
      return value
    } catch {
      await lock.release()
      throw error
    }
  }
}
