/// What `undo` does: the last versioned migrations taken back by their undo files.
///
/// Flyway sells the command; the rules are those of its documentation.
package struct UndoPlan: Sendable {
  /// Undo files in the order of undoing.
  package let steps: [UndoStep]
  /// Everything a person must see; `isBlocked` says whether anything may run.
  package let problems: [ValidationProblem]
  /// All migrations as `info` shows them before.
  package let migrations: [MigrationInfo]
  /// The highest applied version as recorded, nil if none is.
  package let currentVersion: String?
  /// The version when all steps are done.
  package let targetVersion: String?
  /// The callbacks of the events that a run may fire, by event.
  package let callbacks: [CallbackEvent: [PlannedCallback]]
  /// Whether all steps run in one transaction.
  package let isGrouped: Bool

  /// One migration that is taken back.
  package struct UndoStep: Sendable, Hashable {
    /// The undo file, cut into statements; its row in the history is `row(rank:)`.
    package let step: PlannedStep
    /// The row of the migration that is undone.
    package let undone: HistoryRow
  }

  /// Whether a problem keeps every step from running.
  package var isBlocked: Bool { problems.contains(where: \.isBlocking) }
}
