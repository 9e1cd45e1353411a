/// The history's rows, understood: which migration each one stands for and whether it still counts.
struct HistoryReading {
  /// One row that stands for a migration.
  struct Applied {
    let row: HistoryRow
    let version: MigrationVersion?
    let type: HistoryType
    /// A later DELETE row takes it out of account.
    var isDeleted = false
    /// A higher version was applied before it.
    var isOutOfOrder = false
  }

  /// Rows with a version, DELETE rows left out, by rank.
  private(set) var versioned: [Applied] = []
  /// Rows without a version, by rank.
  private(set) var repeatables: [Applied] = []
  /// The highest version of a baseline row.
  private(set) var baseline: MigrationVersion?
  /// The highest version that counts.
  private(set) var highest: Applied?
  /// The rank of the last row for each repeatable description.
  private(set) var latestRanks: [String: Int] = [:]
  /// Rows that cannot be understood.
  private(set) var problems: [MigrationProblem] = []

  init(_ history: [HistoryRow]) {
    for row in history.sorted(by: { $0.installedRank < $1.installedRank }) { read(row) }
    markOutOfOrder()
    for applied in repeatables { latestRanks[applied.row.description] = applied.row.installedRank }
  }

  private mutating func read(_ row: HistoryRow) {
    guard let type = HistoryType(column: row.type) else {
      problems.append(
        MigrationProblem(
          .unknownHistoryType,
          message:
            "The history's row \(row.installedRank) (\(row.script)) is of the type \(row.type), which is not known.",
          nextStep:
            "A paid edition of Flyway may have written it; go on with that, or delete the row if it has no meaning.",
          files: [row.script], version: row.version, description: row.description))
      return
    }
    guard let text = row.version else {
      repeatables.append(Applied(row: row, version: nil, type: type))
      if type == .delete, row.success { deleteRepeatable(row.description) }
      return
    }
    do throws(MigrationError) {
      let version = try MigrationVersion(text)
      if type.isBaseline { baseline = baseline.map { max($0, version) } ?? version }
      if type == .delete, row.success {
        delete(version, row)
      } else {
        versioned.append(Applied(row: row, version: version, type: type))
      }
    } catch {
      problems.append(
        MigrationProblem(
          .invalidHistoryVersion, message: "The history's row \(row.installedRank): \(error.message)",
          nextStep: "Correct the row's version.", files: [row.script], version: text, description: row.description))
    }
  }

  private mutating func delete(_ version: MigrationVersion, _ row: HistoryRow) {
    guard let index = versioned.lastIndex(where: { $0.version == version }) else { return }
    if versioned[index].isDeleted {
      problems.append(
        MigrationProblem(
          .duplicateDeleted, message: "The history holds two DELETE rows for one run of version \(version).",
          nextStep: "Delete the row of rank \(row.installedRank).", files: [row.script], version: row.version,
          description: row.description))
    }
    versioned[index].isDeleted = true
  }

  private mutating func deleteRepeatable(_ description: String) {
    let index = repeatables.lastIndex { !$0.type.isSynthetic && $0.row.description == description }
    if let index { repeatables[index].isDeleted = true }
  }

  private mutating func markOutOfOrder() {
    for index in versioned.indices {
      guard let version = versioned[index].version else { continue }
      if let top = highest?.version, version <= top {
        versioned[index].isOutOfOrder = true
      } else if !versioned[index].isDeleted, versioned[index].type != .delete {
        highest = versioned[index]
      }
    }
  }

  /// Whether this is the last row of its description.
  func isLatest(_ applied: Applied) -> Bool {
    applied.version != nil || latestRanks[applied.row.description] == applied.row.installedRank
  }
}
