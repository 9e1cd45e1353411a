package import MigrationCore

/// What a finished run did.
package struct RunSummary: Sendable {
  /// A migration that was applied or undone.
  package struct AppliedStep: Sendable, Equatable {
    package let script: MigrationScript
    package let isTransactional: Bool
    /// Callbacks of the levels each and statement included.
    package let milliseconds: Int
  }

  /// In the order in which they were done.
  package let steps: [AppliedStep]
  /// The highest applied version before, as recorded; nil if none was.
  package let initialVersion: String?
  /// The version of the last versioned migration of this run, or after `undo` the one that is current then; nil if none.
  package let targetVersion: String?
  /// What the server warned of, in order.
  package let warnings: [String]
  /// Schemas that were created for the run.
  package let schemasCreated: [String]
  /// The bookkeeping as it is now.
  package let history: HistorySnapshot
  /// The plan made from that: what is pending now.
  package let plan: MigrationPlan

  /// How many migrations this run applied.
  package var applied: Int { steps.count }
}

extension RunSummary {
  /// The summary of a run of `migrate`; `plan` is the one after it.
  init(
    _ plan: MigrationPlan, _ history: HistorySnapshot, initialVersion: String?, steps: [AppliedStep],
    warnings: [String], created: [String]
  ) {
    self.init(
      steps: steps, initialVersion: initialVersion,
      targetVersion: steps.last { $0.script.version != nil }?.script.version?.description, warnings: warnings,
      schemasCreated: created, history: history, plan: plan)
  }
}
