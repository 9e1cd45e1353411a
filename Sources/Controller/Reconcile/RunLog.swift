internal import Kubernetes
internal import Logging
internal import MigrationEngine
internal import MigrationCore

/// Puts the events of a run into the log, without literals of statements.
struct RunLog {
  private let logger: Logger
  private let target: String

  /// Logs what is done for a resource on a target, `host:port/database`.
  init(logger: Logger, target: String, resource: ObjectKey) {
    var logger = logger
    logger[metadataKey: "resource"] = "\(resource)"
    self.logger = logger
    self.target = target
  }

  /// Logs an event.
  func log(_ event: RunEvent) {
    switch event {
    case .planned(let plan):
      logger.info("run started", metadata: ["cluster.target": "\(target)", "run.pending": "\(plan.steps.count)"])
    case .started(let step):
      logger.debug("migration started", metadata: metadata(step))
    case .applied(let step, let milliseconds):
      logger.info(
        "migration applied",
        metadata: metadata(step).merging(["migration.milliseconds": "\(milliseconds)"]) { $1 })
    case .retrying(let step, let attempt, let delay, let message):
      logger.warning(
        "migration rolled back, to be tried again",
        metadata: metadata(step).merging([
          "migration.attempt": "\(attempt)", "migration.delay": "\(delay)", "error": "\(message)",
        ]) { $1 })
    case .notice(let severity, let message, _):
      guard severity == "WARNING" else { return }
      logger.warning("the server warns", metadata: ["cluster.target": "\(target)", "warning": "\(message)"])
    case .settling(let step, let message):
      logger.warning(
        "the connection broke in a migration", metadata: metadata(step).merging(["error": "\(message)"]) { $1 })
    case .callbackFailed(let event, let script, let message):
      logger.warning(
        "a callback failed",
        metadata: [
          "cluster.target": "\(target)", "callback.event": "\(event.rawValue)", "migration.script": "\(script)",
          "error": "\(message)",
        ])
    case .callback(let event, let script):
      logger.debug(
        "callback started",
        metadata: [
          "cluster.target": "\(target)", "callback.event": "\(event.rawValue)", "migration.script": "\(script)",
        ])
    case .resuming(let step, let done):
      logger.warning(
        "migration goes on where an earlier run was interrupted",
        metadata: metadata(step).merging(["migration.statementsDone": "\(done)"]) { $1 })
    case .rebuilding(let step, let index):
      logger.warning(
        "a half-built index is dropped and built again", metadata: metadata(step).merging(["index": "\(index)"]) { $1 })
    case .backfill(let step, let progress):
      logger.log(
        level: progress.isFinished ? .info : .debug,
        progress.isFinished ? "backfill is done" : "backfill goes on",
        metadata: metadata(step).merging([
          "backfill.table": "\(progress.table)", "backfill.rows": "\(progress.rows)",
          "backfill.position": "\(progress.position)",
        ]) { $1 })
    case .endingHolder(let holder):
      logger.warning(
        "a left-over session holds the lock and is ended",
        metadata: ["cluster.target": "\(target)", "lock.holder": "\(holder.description)"])
    case .locked(let waited):
      logger.debug("lock taken", metadata: ["cluster.target": "\(target)", "lock.waited": "\(waited)"])
    case .waitingForLock, .undoing, .statement, .resultTable, .program, .programOutput:
      break
    case .failed(let step, let failure):
      logger.error(
        "migration failed",
        metadata: metadata(step).merging([
          "error": "\(failure.message)", "error.sqlState": "\(failure.sqlState ?? "-")",
          "error.line": "\(failure.line.map { "\($0)" } ?? "-")",
        ]) { $1 })
    }
  }

  private func metadata(_ step: PlannedStep) -> Logger.Metadata {
    ["cluster.target": "\(target)", "migration.script": "\(step.script.script)"]
  }
}
