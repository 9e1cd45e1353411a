extension FlywayModel {
  /// What all lines depend on, looked up once.
  struct Facts {
    let applied: [Applied]
    let deletedRepeatables: Set<Int>
    let lastApplied: [Int]?
    let lastResolved: [Int]?
    let appliedBaseline: [Int]?
    let pendingBaseline: [Int]?

    init(_ model: FlywayModel) {
      applied = model.applied().rows
      deletedRepeatables = model.deletedRepeatableRanks
      lastApplied = model.lastApplied
      lastResolved = model.lastResolved
      appliedBaseline = model.appliedBaseline
      pendingBaseline = model.pendingBaseline
    }
  }

  /// `info`: every row and every file that waits, in Flyway's order.
  func lines() -> [Line] {
    let facts = Facts(self)
    let deleted = facts.deletedRepeatables
    let versioned = facts.applied.map { applied in
      let file = file(of: applied.row)
      return Line(file: file, row: applied.row, state: state(applied, file, facts))
    }
    let repeatable = rows.filter { $0.version == nil }.map { row in
      let file = file(of: row)
      return Line(
        file: file, row: row, state: state(Applied(row: row, isDeleted: deleted.contains(row.rank)), file, facts))
    }
    let limit = limit(facts)
    let waiting = unapplied.map { Line(file: $0, row: nil, state: state($0, facts, limit: limit)) }
    return sorted(versioned + repeatable + waiting + waitingRepeatables(deleted))
  }

  private func waitingRepeatables(_ deleted: Set<Int>) -> [Line] {
    files.filter { $0.kind == .repeatable }.filter { file in
      !rows.contains { row in
        row.version == nil && row.description == file.description && row.type != "DELETE"
          && !deleted.contains(row.rank) && row.rank == latestRank(file.description)
          && file.matches(row.checksum, env: env)
      }
    }.map { Line(file: $0, row: nil, state: "PENDING") }
  }

  /// What a row says, with or without its file (`BaseAppliedMigration`, `BaselineAppliedMigration`).
  private func state(_ applied: Applied, _ file: ModelFile?, _ facts: Facts) -> String {
    let row = applied.row
    if applied.isDeleted { return "DELETED" }
    if row.type == "DELETE" { return "SUCCESS" }
    if row.type == "BASELINE" { return "BASELINE" }
    if row.type == "SQL_BASELINE", !row.success { return "FAILED" }
    let isLatest = row.version != nil || latestRank(row.description) == row.rank
    if file == nil, isLatest {
      if row.type == "SCHEMA" { return "SUCCESS" }
      if let version = row.version, facts.lastResolved.map({ !ModelFile.isBelow(version, $0) }) ?? true {
        return row.success ? "FUTURE_SUCCESS" : "FUTURE_FAILED"
      }
      return row.success ? "MISSING_SUCCESS" : "MISSING_FAILED"
    }
    if row.type == "SQL_BASELINE" { return "BASELINE" }
    if !row.success { return "FAILED" }
    if row.type == "SCHEMA" { return "SUCCESS" }
    if row.version == nil {
      guard isLatest else { return "SUPERSEDED" }
      return file?.matches(row.checksum, env: env) == true ? "SUCCESS" : "OUTDATED"
    }
    return applied.isOutOfOrder ? "OUT_OF_ORDER" : "SUCCESS"
  }

  private enum Limit {
    case none
    /// Nil lies below every version.
    case upTo([Int]?)
  }

  private func limit(_ facts: Facts) -> Limit {
    switch target {
    case .latest: return .none
    case .current: return .upTo(facts.lastApplied)
    case .version(let version, _): return .upTo(version)
    case .next:
      let waiting = unapplied.map { Line(file: $0, row: nil, state: state($0, facts, limit: .none)) }
      let first = sorted(waiting).first { $0.state == "PENDING" }
      return first.map { .upTo($0.version) } ?? .none
    }
  }

  /// What a file says that no row stands for (`ResolvedMigration`, `BaselineResolvedMigration`).
  private func state(_ file: ModelFile, _ facts: Facts, limit: Limit) -> String {
    let isFresh = facts.lastApplied == nil
    let plain = plainState(file, facts, baseline: isFresh ? facts.pendingBaseline : facts.appliedBaseline, limit: limit)
    guard file.kind == .baseline else { return plain }
    let isLate = !isFresh || facts.appliedBaseline != nil
    if plain == "PENDING", isLate { return "IGNORED" }
    if plain == "BASELINE_IGNORED", let pending = facts.pendingBaseline, ModelFile.isSame(file.version, pending),
      !isLate
    {
      return "PENDING"
    }
    return plain
  }

  private func plainState(_ file: ModelFile, _ facts: Facts, baseline: [Int]?, limit: Limit) -> String {
    if let baseline {
      if ModelFile.isBelow(file.version, baseline) { return "BELOW_BASELINE" }
      if ModelFile.isSame(file.version, baseline) { return "BASELINE_IGNORED" }
    }
    if case .upTo(let top) = limit, top.map({ ModelFile.isBelow($0, file.version) }) ?? true { return "ABOVE_TARGET" }
    if !outOfOrder, let top = facts.lastApplied, ModelFile.isBelow(file.version, top) { return "IGNORED" }
    return "PENDING"
  }

  /// Below the baseline, applied by rank, waiting by version (baselines behind), repeatables by description.
  private func sorted(_ lines: [Line]) -> [Line] {
    func place(_ line: Line) -> Int {
      if line.row != nil { return 1 }
      if line.state == "BELOW_BASELINE" || line.state == "BASELINE_IGNORED" { return 0 }
      return line.version == nil ? 3 : 2
    }
    return lines.sorted { left, right in
      if place(left) != place(right) { return place(left) < place(right) }
      if let one = left.row, let other = right.row { return one.rank < other.rank }
      guard let one = left.version, let other = right.version else {
        return (left.file?.description ?? "") < (right.file?.description ?? "")
      }
      if !ModelFile.isSame(one, other) { return ModelFile.isBelow(one, other) }
      return left.file?.kind == .versioned && right.file?.kind == .baseline
    }
  }
}
