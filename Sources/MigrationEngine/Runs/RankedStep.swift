internal import MigrationCore
internal import Support

/// A step with the row that will record it.
struct RankedStep {
  let step: PlannedStep
  /// Time and success are filled in when it ends.
  let row: HistoryRow
  /// What is fired before it, where the run comes from versioned to repeatable migrations.
  var preceding: [CallbackEvent] = []

  /// Whether it needs no transaction and stands in none.
  var isAlone: Bool { !step.isTransactional && !step.isSkipped }

  /// A migration.
  init(_ step: PlannedStep, rank: Int, installedBy: String) {
    self.step = step
    row = HistoryRow(
      installedRank: rank, version: step.script.version?.description,
      description: HistoryText.description(step.script.description), type: step.script.type.rawValue,
      script: HistoryText.script(step.script.script), checksum: step.script.checksum, installedBy: installedBy,
      installedOn: "", executionTime: 0, success: true)
  }

  /// The undoing of one.
  init(undoing undo: UndoPlan.UndoStep, rank: Int, installedBy: String) {
    step = undo.step
    row = undo.row(rank: rank, installedBy: installedBy)
  }

  /// The row with what came out.
  func row(since started: ContinuousClock.Instant, success: Bool) -> HistoryRow {
    var row = row
    row.executionTime = Int((ContinuousClock.now - started).wholeMilliseconds)
    row.success = success
    return row
  }
}
