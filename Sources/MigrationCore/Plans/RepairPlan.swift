/// What Flyway's `repair` does to a history (`DbRepair.java`).
package struct RepairPlan: Sendable, Hashable {
  /// One change of the history table.
  package enum Action: Sendable, Hashable {
    /// Takes out the row of a migration that failed.
    case remove(HistoryRow)
    /// Adds a row that takes a migration without file out of account.
    case markDeleted(HistoryRow)
    /// Gives a row (by its rank) the description, type and checksum of its file; the column `script` stays.
    case align(HistoryRow)
  }

  /// In the order in which they are to be done, in one transaction.
  package let actions: [Action]
  /// The rows as they will be; `installedBy` and `installedOn` of new rows are empty, the one who writes them knows.
  package let history: [HistoryRow]

  /// Compares history and files: failed rows go, rows without a file are marked, the others follow their files.
  ///
  /// States that `ignoreMigrationPatterns` names keep their rows; target and outOfOrder do not count.
  package static func make(set: MigrationSet, history: [HistoryRow], settings: MigrationSettings) -> RepairPlan {
    var settings = settings
    settings.target = .latest
    settings.outOfOrder = true
    let failed = history.filter { !$0.success }
    var rows = history.filter(\.success)
    var actions = failed.map(Action.remove)
    let overview = MigrationOverview(set: set, history: rows, settings: settings)
    for info in overview.migrations {
      guard let deletion = deletion(of: info, after: rows, settings.ignoreMigrationPatterns) else { continue }
      rows.append(deletion)
      actions.append(.markDeleted(deletion))
    }
    for info in overview.migrations {
      guard let aligned = aligned(info),
        let index = rows.firstIndex(where: { $0.installedRank == aligned.installedRank })
      else { continue }
      rows[index] = aligned
      actions.append(.align(aligned))
    }
    return RepairPlan(actions: actions, history: rows)
  }

  private static func deletion(
    of info: MigrationInfo, after history: [HistoryRow], _ patterns: [IgnorePattern]
  ) -> HistoryRow? {
    guard var row = info.row, info.state == .missingSuccess || info.state == .futureSuccess,
      let type = HistoryType(column: row.type), !type.isSynthetic, type != .undoScript,
      !MigrationValidation.isIgnored(info, info.state, patterns)
    else { return nil }
    row.installedRank = HistoryRow.nextInstalledRank(after: history)
    row.type = HistoryType.delete.rawValue
    row.installedBy = ""
    row.installedOn = ""
    row.executionTime = 0
    return row
  }

  private static func aligned(_ info: MigrationInfo) -> HistoryRow? {
    guard let script = info.script, var row = info.row, info.state != .deleted, row.type != HistoryType.delete.rawValue
    else { return nil }
    if script.version == nil {
      // A repeatable is aligned only if it was recorded before its placeholders were replaced.
      guard row.checksum == script.rawChecksum, row.checksum != script.checksum else { return nil }
    }
    let before = row
    row.description = HistoryText.description(script.description)
    row.type = script.type.rawValue
    row.checksum = script.checksum
    return row == before ? nil : row
  }
}
