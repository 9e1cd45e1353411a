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
  /// What is wrong with the files or the history, so that nothing may be done; Flyway, too, stops then.
  package let problems: [MigrationProblem]

  /// Compares history and files: failed rows go, rows without a file are marked, the others follow their files.
  ///
  /// States that `ignoreMigrationPatterns` names keep their rows; target and outOfOrder do not count. Only failed rows
  /// of picked migrations go if there are picks.
  package static func make(set: MigrationSet, history: [HistoryRow], settings: MigrationSettings) -> RepairPlan {
    var settings = settings
    let picks = settings.cherryPick
    settings.target = .latest
    settings.outOfOrder = true
    settings.cherryPick = []
    let failed = history.filter { !$0.success && isConsidered($0, picks) }
    let removed = Set(failed.map(\.installedRank))
    var rows = history.filter { !removed.contains($0.installedRank) }
    let overview = MigrationOverview(set: set, history: rows, settings: settings)
    let problems = (set.problems + overview.problems).filter(\.isBlocking)
    guard problems.isEmpty else { return RepairPlan(actions: [], history: history, problems: problems) }
    let deletions = deletions(overview, after: rows, settings.ignoreMigrationPatterns)
    let aligned = overview.migrations.compactMap { alignment(of: $0) }
    let changed = Dictionary(aligned.map { ($0.installedRank, $0) }) { first, _ in first }
    rows = rows.map { changed[$0.installedRank] ?? $0 } + deletions
    return RepairPlan(
      actions: failed.map(Action.remove) + deletions.map(Action.markDeleted) + aligned.map(Action.align),
      history: rows, problems: [])
  }

  private static func isConsidered(_ row: HistoryRow, _ picks: [CherryPick]) -> Bool {
    let version = row.version.flatMap { try? MigrationVersion($0) }
    return picks.isEmpty || picks.contains { $0.matches(version: version, description: row.description) }
  }

  private static func deletions(
    _ overview: MigrationOverview, after history: [HistoryRow], _ patterns: [IgnorePattern]
  ) -> [HistoryRow] {
    var rank = HistoryRow.nextInstalledRank(after: history)
    return overview.migrations.compactMap { info in
      guard var row = deletion(of: info, patterns) else { return nil }
      row.installedRank = rank
      rank += 1
      return row
    }
  }

  private static func deletion(of info: MigrationInfo, _ patterns: [IgnorePattern]) -> HistoryRow? {
    let states: [MigrationState] = [.missingSuccess, .missingFailed, .futureSuccess, .futureFailed]
    guard var row = info.row, states.contains(info.state), let type = HistoryType(column: row.type), !type.isSynthetic,
      !type.isUndo, !MigrationValidation.isIgnored(info, info.state, patterns)
    else { return nil }
    row.type = HistoryType.delete.rawValue
    row.installedBy = ""
    row.installedOn = ""
    row.executionTime = 0
    return row
  }

  private static func alignment(of info: MigrationInfo) -> HistoryRow? {
    guard let script = info.script, var row = info.row, info.state != .undone,
      HistoryType(column: row.type)?.isSynthetic == false
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
