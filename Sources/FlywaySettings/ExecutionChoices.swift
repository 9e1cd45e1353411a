/// Our own settings of running, `whimbrel.*`; nil where nothing is set.
package struct ExecutionChoices: Sendable, Hashable {
  /// How long a statement of a transactional migration may wait for a lock; 0 for ever.
  package var lockTimeout: Duration?
  /// How long a statement may run; 0 for ever.
  package var statementTimeout: Duration?
  /// How often a transaction that met a lock timeout or a deadlock is tried again.
  package var lockRetries: Int?
  /// `Auto`, `Sequential` or `Parallel`.
  package var multiShardMode: String?
  /// Whether `plan` may make a database of its own to try what is pending.
  package var usesScratchDatabase = true

  /// Nothing set.
  package init() {}
}
