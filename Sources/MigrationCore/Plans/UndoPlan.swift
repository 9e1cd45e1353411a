/// What `undo` does: the last versioned migrations taken back by their undo files.
///
/// Flyway sells the command; the rules are those of its documentation. The row that it leaves is one that the community
/// edition can read: see `UndoStep.row`.
package struct UndoPlan: Sendable {
  /// In the order of undoing.
  package let steps: [UndoStep]
  /// Everything a person must see; `isBlocked` says whether anything may run.
  package let problems: [ValidationProblem]
  /// All migrations as `info` shows them before.
  package let migrations: [MigrationInfo]
  /// The highest applied version as recorded, nil if none is.
  package let currentVersion: String?
  /// The highest applied version once all steps are done, nil if none is.
  package let targetVersion: String?
  /// The callbacks of the events that a run may fire, by event.
  package let callbacks: [CallbackEvent: [PlannedCallback]]
  /// Whether all steps run in one transaction, if they can.
  package let isGrouped: Bool

  /// One migration that is taken back.
  package struct UndoStep: Sendable, Hashable {
    /// The undo file, cut into statements.
    package let step: PlannedStep
    /// The row of the migration that is undone.
    package let undone: HistoryRow

    /// The row that says so: of the type DELETE, with the undo file's path and checksum.
    ///
    /// The paid editions write UNDO_SQL, which no command of the community edition survives; DELETE takes the run out
    /// of account there and makes its file pending again, which is what undoing means. Here the path tells it from the
    /// rows of `repair`. Milliseconds; an empty `installedBy` is for the one who writes to fill in.
    package func row(
      rank: Int, installedBy: String = "", milliseconds: Int = 0, success: Bool = true
    ) -> HistoryRow {
      HistoryRow(
        installedRank: rank, version: undone.version, description: HistoryText.description(step.script.description),
        type: HistoryType.delete.rawValue, script: HistoryText.script(step.script.script),
        checksum: step.script.checksum, installedBy: installedBy, installedOn: "", executionTime: milliseconds,
        success: success)
    }
  }

  /// Whether a problem keeps every step from running.
  package var isBlocked: Bool { problems.contains(where: \.isBlocking) }

  /// Plans: the latest applied migration, or with a target all of them, latest first, until one lies below it; with
  /// picks exactly those, the last pick first.
  ///
  /// The first one without an undo file ends the steps: a blocking problem if nothing comes before it, else a warning.
  package static func make(set: MigrationSet, history: [HistoryRow], settings: MigrationSettings) -> UndoPlan {
    var planning = UndoPlanning(set: set, settings: settings)
    return planning.plan(history)
  }
}
