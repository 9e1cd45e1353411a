/// The history's rows, understood: which migration each one stands for and whether it still counts.
struct HistoryReading {
  /// One row that stands for a migration.
  struct Applied {
    let row: HistoryRow
    let version: MigrationVersion?
    let type: HistoryType
    /// A later DELETE row takes it out of account.
    var isDeleted = false
    /// A later row says that an undo file took it back.
    var isUndone = false
    /// A higher version was applied before it.
    var isOutOfOrder = false

    /// Whether it still says something about the database.
    var counts: Bool { !isDeleted && !isUndone && type != .delete && !type.isUndo }
  }

  /// Rows with a version, DELETE rows that worked left out, by rank.
  private(set) var versioned: [Applied] = []
  /// Rows without a version, by rank.
  private(set) var repeatables: [Applied] = []
  /// The highest version of a baseline row.
  private(set) var baseline: MigrationVersion?
  /// The highest version that counts.
  private(set) var highest: Applied?
  /// Rows that cannot be understood.
  private(set) var problems: [MigrationProblem] = []
  /// The rank of the last row for each repeatable description.
  private var latestRanks: [String: Int] = [:]
  /// Where the last run of each version stands in `versioned`.
  private var lastRuns: [MigrationVersion: Int] = [:]
  /// Where the last run of each description stands in `repeatables`.
  private var lastRepeatableRuns: [String: Int] = [:]
  private let naming: MigrationNaming

  /// Reads the rows; `naming` tells the rows that undo files left from those of repair.
  init(_ history: [HistoryRow], naming: MigrationNaming) {
    self.naming = naming
    for row in history.sorted(by: { $0.installedRank < $1.installedRank }) { read(row) }
    markOutOfOrder()
    for applied in repeatables { latestRanks[applied.row.description] = applied.row.installedRank }
  }

  private mutating func read(_ row: HistoryRow) {
    guard let type = HistoryType(column: row.type) else {
      problems.append(Self.unknownType(row))
      return
    }
    guard let text = row.version else {
      readRepeatable(row, type)
      return
    }
    do throws(MigrationError) {
      readVersioned(row, try MigrationVersion(text), type)
    } catch {
      problems.append(
        MigrationProblem(
          .invalidHistoryVersion, message: "The history's row \(row.installedRank): \(error.message)",
          nextStep: "Correct the row's version.", files: [row.script], version: text, description: row.description))
    }
  }

  private mutating func readRepeatable(_ row: HistoryRow, _ type: HistoryType) {
    if type == .delete, row.success, let index = lastRepeatableRuns[row.description] {
      repeatables[index].isDeleted = true
    } else if !type.isSynthetic {
      lastRepeatableRuns[row.description] = repeatables.count
    }
    repeatables.append(Applied(row: row, version: nil, type: type))
  }

  private mutating func readVersioned(_ row: HistoryRow, _ version: MigrationVersion, _ type: HistoryType) {
    if type.isBaseline { baseline = baseline.map { max($0, version) } ?? version }
    if type == .delete, row.success {
      takeOut(version, row)
      return
    }
    if type.isUndo, row.success, let index = lastRuns[version] { versioned[index].isUndone = true }
    if !type.isSynthetic, !type.isUndo { lastRuns[version] = versioned.count }
    versioned.append(Applied(row: row, version: version, type: type))
  }

  private mutating func takeOut(_ version: MigrationVersion, _ row: HistoryRow) {
    guard let index = lastRuns[version] else { return }
    if versioned[index].isDeleted || versioned[index].isUndone {
      problems.append(
        MigrationProblem(
          .duplicateDeleted, message: "The history holds two DELETE rows for one run of version \(version).",
          nextStep: "Delete the row of rank \(row.installedRank).", files: [row.script], version: row.version,
          description: row.description))
    }
    if naming.isUndo(row.script) { versioned[index].isUndone = true } else { versioned[index].isDeleted = true }
  }

  private mutating func markOutOfOrder() {
    for index in versioned.indices {
      guard let version = versioned[index].version else { continue }
      if let top = highest?.version, version <= top {
        versioned[index].isOutOfOrder = true
      } else if versioned[index].counts {
        highest = versioned[index]
      }
    }
  }

  /// Whether this is the last row of its description.
  func isLatest(_ applied: Applied) -> Bool {
    applied.version != nil || latestRanks[applied.row.description] == applied.row.installedRank
  }

  private static func unknownType(_ row: HistoryRow) -> MigrationProblem {
    MigrationProblem(
      .unknownHistoryType,
      message:
        "The history's row \(row.installedRank) (\(row.script)) is of the type \(row.type), which is not known.",
      nextStep:
        "A paid edition of Flyway may have written it; go on with that, or delete the row if it has no meaning.",
      files: [row.script], version: row.version, description: row.description)
  }
}
