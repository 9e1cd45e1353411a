/// What is to be done to one database: the steps in order, and whatever keeps them from being done.
package struct MigrationPlan: Sendable {
  /// What is to run: interrupted migrations, then the pending ones, a baseline migration first, then by version, then repeatable ones.
  package let steps: [PlannedStep]
  /// Everything a person must see; `isBlocked` says whether anything may run.
  package let problems: [ValidationProblem]
  /// Whether `validateOnMigrate` found nothing that blocks, or was not asked for.
  package let isValid: Bool
  /// All migrations as `info` shows them.
  package let migrations: [MigrationInfo]
  /// The row to write before the first step, if `baselineOnMigrate` asks for it.
  package let baseline: Baseline?
  /// The highest applied version as recorded, nil if none is.
  package let currentVersion: String?
  /// The callbacks of the events that a run of `migrate` may fire, by event.
  package let callbacks: [CallbackEvent: [PlannedCallback]]
  /// Whether all steps, callbacks of the levels each and statement included, run in one transaction if they can; the
  /// steps then all agree on `isTransactional`, or `mixed` is set and none of them runs in one.
  package let isGrouped: Bool
  /// What else decides about what runs, for the digest: see `digest(target:)`.
  let terms: [String]

  /// A baseline row that is to be written.
  package struct Baseline: Sendable, Hashable {
    /// As configured.
    package let version: String
    /// Also what the row's column `script` holds.
    package let description: String

    /// A row to write.
    package init(version: String, description: String) {
      self.version = version
      self.description = description
    }
  }

  /// Plans: files and history side by side, Flyway's validation, the pending scripts cut into statements.
  ///
  /// - Parameter historyTable: what was found; only an absent table in a filled schema makes a difference.
  package static func make(
    set: MigrationSet, history: [HistoryRow], settings: MigrationSettings, historyTable: HistoryTable = .present
  ) -> MigrationPlan {
    var planning = MigrationPlanning(set: set, settings: settings)
    return planning.plan(history: history, historyTable: historyTable)
  }

  /// Whether a problem keeps every step from running.
  package var isBlocked: Bool { problems.contains(where: \.isBlocking) }
  /// How many migrations are pending.
  package var pendingCount: Int { steps.count }
  /// How many migrations are in effect: succeeded and neither superseded nor deleted; markers do not count.
  package var appliedCount: Int {
    migrations.count { info in
      let counts: [MigrationState] = [.success, .outOfOrder, .outdated, .missingSuccess, .futureSuccess, .baseline]
      return info.category != "" && counts.contains(info.state)
    }
  }

  /// The same plan with the first steps only: what may start now, where the rest is held.
  package func keeping(first count: Int) -> MigrationPlan {
    guard count < steps.count else { return self }
    return MigrationPlan(
      steps: Array(steps.prefix(count)), problems: problems, isValid: isValid, migrations: migrations,
      baseline: baseline, currentVersion: currentVersion, callbacks: callbacks, isGrouped: isGrouped, terms: terms)
  }

  /// A migration that failed, and what to do: what it may have left behind is named from its script.
  static func failure(_ info: MigrationInfo) -> ValidationProblem {
    if info.isInterrupted, let resumption = info.row?.resumption { return interruption(info, resumption) }
    let rank = info.row?.installedRank ?? 0
    let indexes = concurrentIndexes(info.script).map { "DROP INDEX CONCURRENTLY IF EXISTS \($0)" }
    let leftOver = indexes.isEmpty ? "" : " (\(indexes.joined(separator: "; ")))"
    return MigrationProblem(
      info.version == nil ? .failedRepeatableMigration : .failedVersionedMigration,
      message: "\(info.label) (\(info.path)) failed or never reported its end; row \(rank) of the history says so.",
      nextStep:
        "Undo what it left behind in the database\(leftOver), then run `whimbrel repair`, which takes the row out, "
        + "and it runs again.",
      files: [info.path], version: info.version, description: info.description)
  }

  // An index that could not be built CONCURRENTLY stays behind, invalid.
  private static func concurrentIndexes(_ script: MigrationScript?) -> [String] {
    guard let script, let statements = try? StatementSplitter.split(script.text) else { return [] }
    return statements.compactMap { statement in
      guard let index = statement.facts.concurrentIndex, index.action == .create, let name = index.name else {
        return nil
      }
      return ObjectName(schema: index.schema, name: name.name).description
    }
  }
}
