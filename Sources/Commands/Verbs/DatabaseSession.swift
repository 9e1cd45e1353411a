internal import FlywaySettings
internal import Logging
internal import MigrationEngine
internal import Support

/// The session of a verb.
enum DatabaseSession {
  /// Connects, again after a failure as often as `connectRetries` says: after 1 s, then twice as long each time up to
  /// `interval`.
  static func open(
    _ target: ResolvedConnection, retries: Int, interval: Duration, console: Console
  ) async throws(CommandFailure) -> MigrationSession {
    var logger = Logger(label: "whimbrel") { LineLogHandler(label: $0) }
    logger.logLevel = console.verbosity == .debug ? .debug : .error
    let backoff = Backoff(initial: .seconds(1), maximum: interval)
    var attempt = 0
    while true {
      attempt += 1
      do throws(EngineError) {
        return try await MigrationSession.open(target.parameters, initSql: target.initSql, logger: logger)
      } catch {
        guard error.code == .connection, attempt <= retries, await pause(backoff.delay(afterFailures: attempt)) else {
          throw CommandFailure(Failure(error))
        }
        console.note(.warning, "\(error.message); trying again")
      }
    }
  }

  private static func pause(_ delay: Duration) async -> Bool {
    do {
      try await Task.sleep(for: delay)
      return true
    } catch {
      return false
    }
  }
}
