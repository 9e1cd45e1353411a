package import MigrationCore
package import MigrationEngine
package import MigrationSources
internal import Postgres

extension Verdict {
  /// What a failure of the engine means for the resource: a table of decisions.
  package init(_ error: EngineError) {
    switch error.code {
    case .connection: self.init(connection: error)
    case .databaseLocked:
      self = .waiting(.databaseLocked, summary: "Waiting for lock", message: error.message)
    case .validationFailed: self.init(problems: error.problems)
    case .refused, .schemaMissing:
      self = .stalled(.validationFailed, summary: "Refused", message: error.message)
    case .migrationFailed, .localOnlyObjects, .transactionEnded, .callbackFailed, .recordingFailed:
      let version = error.failure.map { " " + ($0.version.map { "V\($0)" } ?? $0.script) } ?? ""
      self =
        error.isTransient
        ? .waiting(.connectionLost, summary: "Retrying\(version)", message: error.message)
        : .stalled(.migrationFailed, summary: "Failed\(version)", message: error.message)
    case .commitUnconfirmed:
      self = .waiting(.connectionLost, summary: "Connection lost", message: error.message)
    case .preparedTransactions:
      self = .waiting(.preparedTransactions, summary: "Waiting for workers to commit", message: error.message)
    case .remnants:
      self = .waiting(.remnantsAtWork, summary: "Waiting for workers to end", message: error.message)
    case .undecided:
      let version = error.failure.map { " " + ($0.version.map { "V\($0)" } ?? $0.script) } ?? ""
      self = .stalled(.migrationUndecided, summary: "Undecided\(version)", message: error.message)
    case .lockTimedOut:
      self = .waiting(.lockTimedOut, summary: "Waiting for table locks", message: error.message)
    case .cancelled:
      self = .waiting(.interrupted, summary: "Interrupted", message: error.message)
    case .pooled:
      self = .stalled(.databaseRejected, summary: "Pooled connection", message: error.message)
    default:
      self = .stalled(.databaseRejected, summary: "Database error", message: error.message)
    }
  }

  private init(connection error: EngineError) {
    guard let cause = error.cause else {
      self = .waiting(.databaseUnreachable, summary: "Database unreachable", message: error.message)
      return
    }
    switch cause.code {
    case .authenticationFailed:
      self = .stalled(
        .authenticationFailed, summary: "Authentication failed",
        message: "\(error.message); correct the Secret that spec.cluster refers to, or the role in the database")
    case .invalidParameters:
      self = .stalled(.invalidSpec, summary: "Invalid spec", message: error.message)
    case .connectionLost:
      self = .waiting(.connectionLost, summary: "Connection lost", message: error.message)
    default:
      // A database that does not exist yet is what a cluster that comes up looks like.
      self =
        cause.isTransient || cause.sqlState == .invalidCatalogName
        ? .waiting(.databaseUnreachable, summary: "Database unreachable", message: error.message)
        : .stalled(.databaseRejected, summary: "Database refused", message: error.message)
    }
  }

  /// What problems of scripts and history mean; at least one is expected.
  package init(problems: [ValidationProblem], inSource: Bool = false) {
    let shown = problems.prefix(10).map { problem in
      [problem.message, problem.nextStep].filter { !$0.isEmpty }
        .joined(separator: problem.message.hasSuffix(".") ? " " : "; ")
    }
    let more = problems.count > 10 ? ["and \(problems.count - 10) more"] : []
    let message = (shown + more).joined(separator: "\n")
    if inSource {
      self = .stalled(.invalidSource, summary: "Invalid migrations", message: message)
    } else if let mismatch = problems.first(where: { $0.code == .checksumMismatch }) {
      let version = mismatch.version.map { " V\($0)" } ?? ""
      self = .stalled(.checksumMismatch, summary: "Checksum mismatch\(version)", message: message)
    } else {
      self = .stalled(.validationFailed, summary: "Validation failed", message: message)
    }
  }

  /// What a failure of the source means.
  package init(_ error: SourceError) {
    switch error.code {
    case .notFound: self = .waiting(.sourceNotFound, summary: "Waiting for source", message: error.message)
    case .unavailable: self = .waiting(.sourceUnavailable, summary: "Source unavailable", message: error.message)
    case .authenticationFailed:
      self = .stalled(
        .sourceAuthenticationFailed, summary: "Source authentication failed", message: error.message)
    case .notVerified: self = .stalled(.sourceNotVerified, summary: "Source not verified", message: error.message)
    default: self = .stalled(.invalidSource, summary: "Invalid source", message: error.message)
    }
  }

  /// What a failure to build the connection parameters means.
  package init(_ problem: TargetProblem) {
    self =
      problem.reason == .invalidSpec
      ? .stalled(problem.reason, summary: problem.summary, message: problem.message)
      : .waiting(problem.reason, summary: problem.summary, message: problem.message)
  }

  /// What an obstacle of the cluster check means; nil when there is none.
  package init?(_ assessment: ClusterAssessment, workersReady: Int, workersExpected: Int) {
    guard let obstacle = assessment.obstacle else { return nil }
    let (reason, summary): (Reason, String) =
      switch obstacle {
      case .coordinatorNotReady: (.coordinatorNotReady, "Waiting for coordinator")
      case .waitingForWorkers: (.waitingForWorkers, "Waiting for workers \(workersReady)/\(workersExpected)")
      case .metadataNotSynced: (.metadataNotSynced, "Waiting for metadata sync")
      case .nodesUnreachable: (.nodesUnreachable, "Waiting for nodes")
      case .versionsDiffer: (.versionsDiffer, "Waiting for one version")
      case .preparedTransactions: (.preparedTransactions, "Waiting for prepared transactions")
      case .shardMoveRunning: (.shardMoveRunning, "Waiting for shard move")
      }
    self = .waiting(reason, summary: summary, message: assessment.message)
  }
}
