/// One line of Flyway's `info`: a file, a row of the history, or both.
package struct MigrationInfo: Sendable, Hashable {
  /// The file, if there is one.
  package let script: MigrationScript?
  /// The row, if there is one.
  package let row: HistoryRow?
  /// What follows from the two.
  package let state: MigrationState
  /// The file that can take it back, if there is one; of versioned migrations only.
  package let undo: MigrationScript?

  /// A line from its two sides, at least one of them.
  package init(script: MigrationScript?, row: HistoryRow?, state: MigrationState, undo: MigrationScript? = nil) {
    self.script = script
    self.row = row
    self.state = state
    self.undo = undo
  }

  /// Whether `undo` can take it back: there is a file for it, and it is applied and neither failed nor undone.
  package var isUndoable: Bool {
    undo != nil && [.success, .outOfOrder, .missingSuccess, .futureSuccess].contains(state)
  }

  /// Flyway's column: `Yes` and `No` say whether there is an undo file, whatever was applied; empty for migrations
  /// without a version and for what is deleted or undone (`MigrationInfoDumper.java`).
  package var undoable: String {
    let isOut = state == .deleted || state == .undone || HistoryType(column: type)?.isUndo == true
    if version == nil || isOut || type == HistoryType.delete.rawValue { return "" }
    return undo != nil && !state.isFailed ? "Yes" : "No"
  }

  /// As recorded, else as written in the file's name; nil for repeatable ones.
  package var version: String? { row.map(\.version) ?? script?.version?.description }
  /// As recorded, else as written in the file's name.
  package var description: String { row?.description ?? script?.description ?? "" }
  /// What the column `type` holds or will hold.
  package var type: String { row?.type ?? script?.type.rawValue ?? "" }
  /// The file's path as it is, else as it was recorded.
  package var path: String { script?.script ?? row?.script ?? "" }

  /// Flyway's column: `Versioned`, `Repeatable`, `Baseline`, `Undo`, or nothing for markers.
  package var category: String {
    let type = HistoryType(column: type)
    if type?.isSynthetic == true { return "" }
    if type?.isUndo == true { return "Undo" }
    if version == nil { return "Repeatable" }
    return type?.isBaseline == true ? "Baseline" : "Versioned"
  }

  /// `V2`, `R "views"`: how texts name it.
  var label: String {
    script?.name.label ?? version.map { "V\($0)" } ?? "R \"\(description)\""
  }
}
