/// How statements are run.
package struct ExecutionSettings: Sendable, Equatable {
  /// `citus.multi_shard_modify_mode` for each transaction.
  package enum MultiShardMode: String, Sendable {
    /// Sequential, unless the migration works through data.
    case auto = "Auto"
    case sequential = "Sequential"
    case parallel = "Parallel"
  }

  /// How long a statement of a transactional migration may wait for a lock, on coordinator and workers; 0 for ever.
  package var lockTimeout: Duration = .seconds(5)
  /// How long a statement may run, on coordinator and workers; 0 for ever.
  package var statementTimeout: Duration = .zero
  /// How often a transaction that met a lock timeout or a deadlock is tried again.
  package var lockRetries = 10
  package var multiShardMode: MultiShardMode = .auto

  /// The defaults.
  package init() {}
}
