/// Files and history side by side: Flyway's `info` (`MigrationInfoServiceImpl.java`, `MigrationInfoImpl.java`).
package struct MigrationOverview: Sendable {
  /// All migrations in Flyway's order.
  package let migrations: [MigrationInfo]
  /// The highest version that is applied, as recorded.
  package let currentVersion: String?
  /// What is wrong with the history, the target or the picks.
  package let problems: [MigrationProblem]
  /// The version up to which a baseline row says that everything counts as applied.
  let baseline: MigrationVersion?
  /// The picks, empty if everything is considered.
  let cherryPick: [CherryPick]

  /// Sets a directory beside a history.
  package init(set: MigrationSet, history: [HistoryRow], settings: MigrationSettings) {
    let reading = HistoryReading(history, naming: settings.naming)
    var builder = OverviewBuilder(set: set, reading: reading, settings: settings)
    let applied = builder.appliedVersioned() + builder.appliedRepeatables()
    var waiting = builder.unappliedVersioned() + builder.unappliedRepeatables()
    if case .next = settings.target, let first = OverviewBuilder.ordered(waiting).first(where: { $0.state == .pending })
    {
      builder.limit(to: first.script?.version)
      waiting = builder.unappliedVersioned() + builder.unappliedRepeatables()
    }
    migrations = OverviewBuilder.ordered(applied + waiting)
    currentVersion = builder.reading.highest?.row.version
    baseline = builder.reading.baseline
    cherryPick = settings.cherryPick
    problems = builder.reading.problems + builder.targetProblem() + builder.pickProblems(migrations)
  }
}

/// One run of setting files beside a history.
struct OverviewBuilder {
  /// Up to where versions may go.
  enum Limit {
    case none
    /// Nil lies below every version.
    case version(MigrationVersion?)
  }

  let set: MigrationSet
  let reading: HistoryReading
  let settings: MigrationSettings
  /// The version up to which everything counts as applied: of a baseline row, or of the baseline migration to come.
  private let baseline: MigrationVersion?
  private var limit = Limit.none
  private let unapplied: [MigrationScript]
  private let filesByKey: [Key: MigrationScript]
  private let repeatablesByDescription: [String: MigrationScript]
  private let undoByVersion: [MigrationVersion: MigrationScript]
  private let highestFile: MigrationVersion?

  /// Rows and files with a version belong together by version and type.
  private struct Key: Hashable {
    let version: MigrationVersion?
    let type: HistoryType
  }

  init(set directory: MigrationSet, reading: HistoryReading, settings: MigrationSettings) {
    self.set = directory
    self.reading = reading
    self.settings = settings
    let applied = Set<Key>(reading.versioned.lazy.filter(\.counts).map { Key(version: $0.version, type: $0.type) })
    let keyed = directory.withVersion.map { (Key(version: $0.version, type: $0.type), $0) }
    unapplied = keyed.filter { !applied.contains($0.0) }.map(\.1)
    filesByKey = Dictionary(keyed) { first, _ in first }
    repeatablesByDescription = Dictionary(
      directory.repeatables.map { (HistoryText.description($0.description), $0) }
    ) { first, _ in first }
    undoByVersion = Dictionary(directory.undo.compactMap { script in script.version.map { ($0, script) } }) {
      first, _ in first
    }
    let pendingBaseline = unapplied.filter { $0.name.kind == .baseline }.compactMap(\.version).max()
    baseline = reading.highest == nil ? pendingBaseline : reading.baseline
    highestFile = directory.withVersion.compactMap(\.version).max()
    switch settings.target {
    case .latest, .next: limit = .none
    case .current: limit = .version(reading.highest?.version)
    case .version(let version, _): limit = .version(version)
    }
  }

  /// Lets nothing run beyond a version; nil lets everything.
  mutating func limit(to version: MigrationVersion?) {
    limit = version.map { .version($0) } ?? .none
  }

  private func undo(_ version: MigrationVersion?, _ type: HistoryType) -> MigrationScript? {
    type.isBaseline || type.isSynthetic || type.isUndo ? nil : version.flatMap { undoByVersion[$0] }
  }
}

// MARK: Applied

extension OverviewBuilder {
  func appliedVersioned() -> [MigrationInfo] {
    reading.versioned.map { applied in
      let script = filesByKey[Key(version: applied.version, type: applied.type)]
      return MigrationInfo(
        script: script, row: applied.row, state: state(of: applied, script), undo: undo(applied.version, applied.type))
    }
  }

  func appliedRepeatables() -> [MigrationInfo] {
    reading.repeatables.map { applied in
      let script = repeatablesByDescription[applied.row.description]
      return MigrationInfo(script: script, row: applied.row, state: state(of: applied, script))
    }
  }

  private func state(of applied: HistoryReading.Applied, _ script: MigrationScript?) -> MigrationState {
    if applied.isUndone { return .undone }
    if applied.isDeleted { return .deleted }
    switch applied.type {
    case .undoSQL, .undoScript: return applied.row.success ? .success : .failed
    case .delete:
      // Flyway shows success whatever the row says; one that an undo file left without an end has failed.
      return applied.row.success || !settings.naming.isUndo(applied.row.script) ? .success : .failed
    case .baseline: return .baseline
    case .sqlBaseline, .jdbcBaseline:
      return applied.row.success ? missingState(of: applied, script) ?? .baseline : .failed
    case .schema, .sql, .jdbc, .script, .custom:
      return missingState(of: applied, script) ?? presentState(of: applied, script)
    }
  }

  /// Nil if there is a file, or if there need be none.
  private func missingState(of applied: HistoryReading.Applied, _ script: MigrationScript?) -> MigrationState? {
    guard script == nil, reading.isLatest(applied) else { return nil }
    if applied.type == .schema { return .success }
    let isFuture = applied.version.map { version in highestFile.map { version >= $0 } ?? true } ?? false
    if isFuture { return applied.row.success ? .futureSuccess : .futureFailed }
    return applied.row.success ? .missingSuccess : .missingFailed
  }

  private func presentState(of applied: HistoryReading.Applied, _ script: MigrationScript?) -> MigrationState {
    guard applied.row.success else { return .failed }
    if applied.version == nil {
      guard reading.isLatest(applied) else { return .superseded }
      return script?.matches(checksum: applied.row.checksum) == true ? .success : .outdated
    }
    return applied.isOutOfOrder ? .outOfOrder : .success
  }
}

// MARK: Not applied

extension OverviewBuilder {
  func unappliedVersioned() -> [MigrationInfo] {
    unapplied.map { script in
      let state = script.name.kind == .baseline ? stateOfBaseline(script) : stateOfVersioned(script)
      return MigrationInfo(
        script: script, row: nil, state: chosen(script, state), undo: undo(script.version, script.type))
    }
  }

  func unappliedRepeatables() -> [MigrationInfo] {
    let upToDate = Set<String>(
      reading.repeatables.lazy.filter { applied in
        applied.counts && reading.isLatest(applied)
          && repeatablesByDescription[applied.row.description]?.matches(checksum: applied.row.checksum) == true
      }.map(\.row.description))
    let pending = set.repeatables.filter { !upToDate.contains(HistoryText.description($0.description)) }
    return pending.map { MigrationInfo(script: $0, row: nil, state: chosen($0, .pending)) }
  }

  private func stateOfVersioned(_ script: MigrationScript) -> MigrationState {
    guard let version = script.version else { return .pending }
    if let baseline {
      if version < baseline { return .belowBaseline }
      if version == baseline { return .baselineIgnored }
    }
    if case .version(let top) = limit, top.map({ version > $0 }) ?? true { return .aboveTarget }
    // Picked migrations run in the order of the picks, whatever was applied before.
    let mayBeLate = settings.outOfOrder || !settings.cherryPick.isEmpty
    if !mayBeLate, let top = reading.highest?.version, version < top { return .ignored }
    return .pending
  }

  /// Only the highest baseline migration runs, only on an empty history, and whatever the target is
  /// (`BaselineResolvedMigration.java`).
  private func stateOfBaseline(_ script: MigrationScript) -> MigrationState {
    let isFirst = reading.highest == nil && reading.baseline == nil
    switch stateOfVersioned(script) {
    case .pending: return isFirst ? .pending : .ignored
    case .baselineIgnored: return isFirst ? .pending : .baselineIgnored
    case let other: return other
    }
  }

  /// What could run is passed over if its `.conf` or the picks leave it out.
  private func chosen(_ script: MigrationScript, _ state: MigrationState) -> MigrationState {
    if !script.configuration.shouldExecute { return .ignored }
    guard state == .pending, !settings.cherryPick.isEmpty else { return state }
    return script.isPicked(by: settings.cherryPick) ? .pending : .ignored
  }
}

extension MigrationScript {
  func isPicked(by picks: [CherryPick]) -> Bool {
    picks.contains { $0.matches(version: version, description: description) }
  }
}
