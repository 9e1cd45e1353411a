/// Files and history side by side: Flyway's `info` (`MigrationInfoServiceImpl.java`, `MigrationInfoImpl.java`).
package struct MigrationOverview: Sendable {
  /// All migrations in Flyway's order.
  package let migrations: [MigrationInfo]
  /// The highest version that is applied, as recorded.
  package let currentVersion: String?
  /// What is wrong with the history or the target.
  package let problems: [MigrationProblem]
  /// The version up to which everything counts as applied.
  let baseline: MigrationVersion?

  /// Sets a directory beside a history.
  package init(set: MigrationSet, history: [HistoryRow], settings: MigrationSettings) {
    var builder = OverviewBuilder(set: set, reading: HistoryReading(history), settings: settings)
    let applied = builder.appliedVersioned() + builder.appliedRepeatables()
    var waiting = builder.unappliedVersioned() + builder.unappliedRepeatables()
    if case .next = settings.target, let first = OverviewBuilder.ordered(waiting).first(where: { $0.state == .pending })
    {
      builder.limit(to: first.script?.version)
      waiting = builder.unappliedVersioned() + builder.unappliedRepeatables()
    }
    migrations = OverviewBuilder.ordered(applied + waiting)
    currentVersion = builder.reading.highest?.row.version
    baseline = builder.baseline
    problems = builder.reading.problems + builder.targetProblem(migrations)
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
  let baseline: MigrationVersion?
  private var limit = Limit.none
  private let unapplied: [MigrationScript]
  private let filesByKey: [Key: MigrationScript]
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
    let counting = reading.versioned.filter { !$0.isDeleted }
    let applied = Set<Key>(counting.map { Key(version: $0.version, type: $0.type) })
    let keyed = directory.withVersion.map { (Key(version: $0.version, type: $0.type), $0) }
    unapplied = keyed.filter { !applied.contains($0.0) }.map(\.1)
    filesByKey = Dictionary(keyed) { first, _ in first }
    let pendingBaseline = unapplied.filter { $0.name.kind == .baseline }.compactMap(\.version).max()
    baseline = reading.baseline ?? (reading.highest == nil ? pendingBaseline : nil)
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

  func targetProblem(_ migrations: [MigrationInfo]) -> [MigrationProblem] {
    guard case .version(let version, mustExist: true) = settings.target else { return [] }
    let isKnown =
      set.withVersion.contains { $0.version == version } || reading.versioned.contains { $0.version == version }
    guard !isKnown else { return [] }
    return [
      MigrationProblem(
        .targetNotFound, message: "The target \(version) is the version of no migration.",
        nextStep: "Correct the target, or write \(version)? to accept that it is missing.", version: version.description
      )
    ]
  }
}

// MARK: Applied

extension OverviewBuilder {
  func appliedVersioned() -> [MigrationInfo] {
    reading.versioned.map { applied in
      let script = filesByKey[Key(version: applied.version, type: applied.type)]
      return MigrationInfo(script: script, row: applied.row, state: state(of: applied, script))
    }
  }

  func appliedRepeatables() -> [MigrationInfo] {
    reading.repeatables.map { applied in
      let script = set.repeatables.first { $0.description == applied.row.description }
      return MigrationInfo(script: script, row: applied.row, state: state(of: applied, script))
    }
  }

  private func state(of applied: HistoryReading.Applied, _ script: MigrationScript?) -> MigrationState {
    if applied.isDeleted { return .deleted }
    if applied.type == .delete { return .success }
    if applied.type.isBaseline { return .baseline }
    let isLatest = reading.isLatest(applied)
    let hasSucceeded = applied.row.success
    if script == nil, isLatest {
      if applied.type == .schema { return .success }
      let isFuture = applied.version.map { version in highestFile.map { version >= $0 } ?? true } ?? false
      if isFuture { return hasSucceeded ? .futureSuccess : .futureFailed }
      return hasSucceeded ? .missingSuccess : .missingFailed
    }
    guard hasSucceeded else { return .failed }
    if applied.version == nil {
      guard isLatest else { return .superseded }
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
      return MigrationInfo(script: script, row: nil, state: state)
    }
  }

  func unappliedRepeatables() -> [MigrationInfo] {
    let pending = set.repeatables.filter { script in
      !reading.repeatables.contains { applied in
        !applied.isDeleted && applied.type != .delete && applied.row.description == script.description
          && reading.isLatest(applied) && script.matches(checksum: applied.row.checksum)
      }
    }
    return pending.map { MigrationInfo(script: $0, row: nil, state: .pending) }
  }

  private func stateOfVersioned(_ script: MigrationScript) -> MigrationState {
    guard let version = script.version else { return .pending }
    if let baseline {
      if version < baseline { return .belowBaseline }
      if version == baseline { return .baselineIgnored }
    }
    if case .version(let top) = limit, top.map({ version > $0 }) ?? true { return .aboveTarget }
    if !settings.outOfOrder, let top = reading.highest?.version, version < top { return .ignored }
    return .pending
  }

  /// Only the highest baseline migration runs, only on an empty history, and whatever the target is.
  private func stateOfBaseline(_ script: MigrationScript) -> MigrationState {
    guard let version = script.version else { return .ignored }
    guard reading.highest == nil else {
      guard let baseline = reading.baseline, version <= baseline else { return .ignored }
      return version == baseline ? .baselineIgnored : .belowBaseline
    }
    return version == baseline ? .pending : .belowBaseline
  }
}

// MARK: Order

extension OverviewBuilder {
  /// Flyway's order: below the baseline, applied by rank, then waiting ones by version, repeatables last.
  static func ordered(_ migrations: [MigrationInfo]) -> [MigrationInfo] {
    migrations.enumerated().sorted { left, right in
      let one = key(left.element)
      let other = key(right.element)
      if one != other { return one < other }
      if let rank = left.element.row?.installedRank, let next = right.element.row?.installedRank, rank != next {
        return rank < next
      }
      if let version = left.element.script?.version, let next = right.element.script?.version, version != next {
        return version < next
      }
      return left.offset < right.offset
    }.map(\.element)
  }

  private static func key(_ migration: MigrationInfo) -> Int {
    if migration.row != nil { return 1 }
    if migration.state == .belowBaseline || migration.state == .baselineIgnored { return 0 }
    return migration.script?.version == nil ? 3 : 2
  }
}
