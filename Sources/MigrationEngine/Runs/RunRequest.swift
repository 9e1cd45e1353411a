package import MigrationCore

/// Everything that a run needs besides its session.
package struct RunRequest: Sendable {
  package var scripts: MigrationSet
  package var settings: MigrationSettings
  package var execution: ExecutionSettings
  /// How long to wait for the migration lock.
  package var lockWait = LockWait.none
  /// When scripts that cannot be run are refused.
  package var scriptCheck = ScriptCheck.allFirst
  /// Asked before each commit: throws when the right to apply (a Lease) has been lost.
  package var permit: @Sendable () throws(EngineError) -> Void
  /// Asked of the session that holds Flyway's lock: true if it is a left-over that may be ended.
  package var mayEnd: @Sendable (LockHolder) -> Bool = { _ in false }
  /// Asked between migrations: false ends the run after the one that is under way, as a graceful stop does.
  package var mayContinue: @Sendable () -> Bool = { true }
  /// Asked under the lock, of each migration of the plan that is made there and again before it starts: the first that may
  /// not start ends the run well, and it and those behind it stay pending.
  package var mayStart: @Sendable (PlannedStep) -> Bool = { _ in true }
  /// Told what happens, in order; it must not block.
  package var report: @Sendable (RunEvent) -> Void
  /// Runs a program and tells each line that it writes, never blocking; nil where programs are not run, which is
  /// everywhere but on the command line.
  ///
  /// When its task is cancelled it ends the program and all that it has started before it returns.
  package var runProgram:
    (@Sendable (_ program: Program, _ tell: @escaping @Sendable (String) -> Void) async -> ProgramResult)?
  /// Watches each statement, in a scratch database; nil everywhere else.
  var trace: StatementTrace?
  /// Waits between retries; a test gives one that does not wait.
  package var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// Makes a request that may always go on and tells nobody.
  package init(scripts: MigrationSet, settings: MigrationSettings, execution: ExecutionSettings) {
    self.scripts = scripts
    self.settings = settings
    self.execution = execution
    permit = { () throws(EngineError) in }
    report = { _ in }
  }

  /// Waits as `sleep` does.
  /// - Throws: `cancelled`.
  func pause(_ delay: Duration) async throws(EngineError) {
    do {
      try await sleep(delay)
    } catch {
      throw EngineError(.cancelled, "the run was cancelled between two attempts; nothing is half applied")
    }
  }
}
