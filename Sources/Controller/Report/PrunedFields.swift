internal import Logging
internal import Support

/// Tells of fields of a status that the API server dropped: the resource definition is older than this controller.
///
/// A server prunes what the schema does not name, without a word. No right to read the definition is needed: the answer
/// to a report shows what was kept of it.
final class PrunedFields: Sendable {
  private let told = Guarded<Set<String>>([])
  private let logger: Logger
  private let metrics: ControllerMetrics?

  init(logger: Logger, metrics: ControllerMetrics?) {
    self.logger = logger
    self.metrics = metrics
  }

  /// Takes in a report and what the server stored of it; each field is told once.
  func compare(_ sent: CitusMigrationStatus, stored: CitusMigrationStatus?) {
    guard sent != stored else {
      metrics?.definitionOutdated(false)
      return
    }
    guard let all = FieldPaths(encoding: sent), let kept = FieldPaths(encoding: stored ?? CitusMigrationStatus()) else {
      return
    }
    let missing = all.missing(in: kept).map { "status.\($0)" }
    metrics?.definitionOutdated(!missing.isEmpty)
    let new = told.withLock { told in missing.filter { told.insert($0).inserted } }
    guard !new.isEmpty else { return }
    logger.error(
      "the resource definition is older than this controller: the API server drops fields; apply manifests/crd of this version",
      metadata: ["fields": "\(new.joined(separator: ","))"])
  }
}
