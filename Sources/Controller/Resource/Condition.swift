/// One entry of `status.conditions`, as Kubernetes' API conventions shape it.
package struct Condition: Codable, Sendable, Equatable {
  package var type: String
  /// `True`, `False` or `Unknown`.
  package var status: String
  package var observedGeneration: Int64?
  /// RFC 3339; moves only when `status` changes.
  package var lastTransitionTime: String
  package var reason: String
  package var message: String
}

/// The conditions of a `CitusMigration`.
///
/// `Ready` is the summary. `Reconciling` and `Stalled` follow kstatus: never both true, and absent when not true.
package enum ConditionType: String, Sendable, CaseIterable {
  case ready = "Ready"
  case reconciling = "Reconciling"
  case stalled = "Stalled"
  case sourceReady = "SourceReady"
  case clusterReady = "ClusterReady"
  case gateOpen = "GateOpen"
  case driftFree = "DriftFree"
  case lintPassed = "LintPassed"
}

/// Why a condition is as it is; docs/conditions.md lists what each means and what to do.
package enum Reason: String, Sendable, CaseIterable {
  // Good
  case applied = "Applied"
  case succeeded = "Succeeded"
  case upToDateWithHeldMigrations = "UpToDateWithHeldMigrations"
  case noDrift = "NoDrift"
  case baselineTaken = "BaselineTaken"
  // Under way, or healing by itself
  case applying = "Applying"
  case suspended = "Suspended"
  case repaired = "Repaired"
  case sourceNotFound = "SourceNotFound"
  case sourceUnavailable = "SourceUnavailable"
  case secretNotFound = "SecretNotFound"
  case secretUnavailable = "SecretUnavailable"
  case databaseUnreachable = "DatabaseUnreachable"
  case coordinatorNotReady = "CoordinatorNotReady"
  case waitingForWorkers = "WaitingForWorkers"
  case metadataNotSynced = "MetadataNotSynced"
  case nodesUnreachable = "NodesUnreachable"
  case versionsDiffer = "VersionsDiffer"
  case preparedTransactions = "PreparedTransactions"
  case remnantsAtWork = "RemnantsAtWork"
  case shardMoveRunning = "ShardMoveRunning"
  case leaseHeld = "LeaseHeld"
  case leaseLost = "LeaseLost"
  case databaseLocked = "DatabaseLocked"
  case connectionLost = "ConnectionLost"
  case lockTimedOut = "LockTimedOut"
  case interrupted = "Interrupted"
  case awaitingUpstream = "AwaitingUpstream"
  case soaking = "Soaking"
  case awaitingApproval = "AwaitingApproval"
  case outsideWindow = "OutsideWindow"
  case frozen = "Frozen"
  case upstreamUnavailable = "UpstreamUnavailable"
  case notChecked = "NotChecked"
  case baselineReplaced = "BaselineReplaced"
  // In need of a person
  case upstreamDiverged = "UpstreamDiverged"
  case upstreamCycle = "UpstreamCycle"
  case invalidSpec = "InvalidSpec"
  case invalidSource = "InvalidSource"
  case sourceAuthenticationFailed = "SourceAuthenticationFailed"
  case sourceNotVerified = "SourceNotVerified"
  case authenticationFailed = "AuthenticationFailed"
  case databaseRejected = "DatabaseRejected"
  case clusterReadinessTimeout = "ClusterReadinessTimeout"
  case validationFailed = "ValidationFailed"
  case checksumMismatch = "ChecksumMismatch"
  case migrationFailed = "MigrationFailed"
  case migrationUndecided = "MigrationUndecided"
  case runTimedOut = "RunTimedOut"
  case cancelled = "Cancelled"
  case driftDetected = "DriftDetected"
  case lintFailed = "LintFailed"
  case internalError = "InternalError"
}
