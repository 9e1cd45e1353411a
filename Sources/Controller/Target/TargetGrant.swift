internal import MigrationEngine

/// What a run may do while it holds its target's Lease.
struct TargetGrant: Sendable {
  /// Throws once Lease or leadership can no longer be trusted; it is to be asked before each commit.
  let permit: @Sendable () throws(EngineError) -> Void
  /// Whether a session that holds the database's lock is a left-over of a run of this installation, which may be ended:
  /// no run of this process uses it, and nobody else may run as long as we hold Lease and leadership.
  let mayEnd: @Sendable (LockHolder) -> Bool
}
