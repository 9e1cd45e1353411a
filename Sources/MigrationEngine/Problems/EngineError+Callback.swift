internal import MigrationCore
internal import Postgres

extension EngineError {
  /// A program in the place of a callback that failed; `isRolledBack` is said of the migration around it.
  static func callback(
    _ callback: PlannedCallback, _ event: CallbackEvent, _ result: ProgramResult, isRolledBack: Bool
  ) -> EngineError {
    let failure = StepFailure(
      version: nil, script: callback.script.script, path: callback.script.filePath, checksum: 0, line: nil,
      column: nil, sqlState: nil, message: result.message, hint: nil, isRolledBack: isRolledBack)
    let code: Code = result.ending == .cancelled ? .cancelled : .callbackFailed
    return EngineError(code, "callback \(event.rawValue): \(failure.summary)", failure: failure)
  }

  /// A callback that failed.
  static func callback(
    _ callback: PlannedCallback, _ event: CallbackEvent, _ statement: SQLStatement?, _ error: PostgresError,
    isRolledBack: Bool
  ) -> EngineError {
    guard error.code == .server else {
      return EngineError(connection: error, while: "running the callback \(callback.script.script)")
    }
    let failure = StepFailure(
      callback: callback, statement: statement, error: error, isRolledBack: isRolledBack)
    if error.isLockFailure {
      return EngineError(
        .lockTimedOut, "callback \(event.rawValue): \(failure.summary); to be tried again later", failure: failure,
        cause: error)
    }
    return EngineError(
      .callbackFailed, "callback \(event.rawValue): \(failure.summary)", failure: failure,
      cause: isRolledBack ? error.judgedByCitus : error.withoutRetry)
  }
}
