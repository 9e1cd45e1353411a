/// Flyway's rules once more, written down as plainly as possible and sharing no code with what they check: slow, over
/// arrays, close to Flyway's own `MigrationInfoServiceImpl`, `MigrationInfoImpl` and `DbRepair`.
struct FlywayModel {
  enum Target: Equatable {
    case latest, current, next
    case version([Int], mustExist: Bool)
  }

  /// One line of `info`.
  struct Line {
    var file: ModelFile?
    var row: ModelRow?
    var state: String

    var version: [Int]? { row.map(\.version) ?? file.flatMap { $0.kind == .repeatable ? nil : $0.version } }
  }

  var files: [ModelFile] = []
  var rows: [ModelRow] = []
  var hasTable = false
  var target = Target.latest
  var outOfOrder = false
  var validateOnMigrate = true
  /// Pairs such as `("*", "future")`.
  var patterns: [(type: String, state: String)] = [("*", "future")]
  /// The value of `${env}`.
  var env = "a"

  /// Rows as `info` sees them.
  struct Applied {
    let row: ModelRow
    var isDeleted = false
    var isOutOfOrder = false
  }

  /// Versioned rows; a second DELETE row for one run makes the history unreadable.
  func applied() -> (rows: [Applied], isCorrupt: Bool) {
    var result: [Applied] = []
    var isCorrupt = false
    for row in rows.sorted(by: { $0.rank < $1.rank }) {
      guard let version = row.version else { continue }
      if row.type == "DELETE", row.success {
        let index = result.lastIndex { !$0.row.isSynthetic && ModelFile.isSame($0.row.version ?? [], version) }
        guard let index else { continue }
        if result[index].isDeleted { isCorrupt = true }
        result[index].isDeleted = true
      } else {
        result.append(Applied(row: row))
      }
    }
    var top: [Int]?
    for index in result.indices {
      let version = result[index].row.version ?? []
      if let top, !ModelFile.isBelow(top, version) {
        result[index].isOutOfOrder = true
      } else if result[index].row.type != "DELETE", !result[index].isDeleted {
        top = version
      }
    }
    return (result, isCorrupt)
  }

  /// The highest version that counts as applied.
  var lastApplied: [Int]? {
    highest(applied().rows.filter { !$0.isDeleted && $0.row.type != "DELETE" }.compactMap(\.row.version))
  }

  var appliedBaseline: [Int]? { highest(rows.filter(\.isBaseline).compactMap(\.version)) }
  /// Whether repair took a baseline migration out and nothing with a version counts any more.
  ///
  /// Flyway then runs the first migration below that baseline and passes over the others because of the same baseline,
  /// which nobody can want.
  var hasForgottenBaseline: Bool { lastApplied == nil && appliedBaseline != nil }
  var lastResolved: [Int]? { highest(files.filter { $0.kind != .repeatable }.map(\.version)) }

  /// Files with a version that no counting row stands for.
  var unapplied: [ModelFile] {
    let counting = applied().rows.filter { !$0.isDeleted && $0.row.type != "DELETE" }
    return files.filter { file in
      file.kind != .repeatable
        && !counting.contains { $0.row.type == file.type && ModelFile.isSame($0.row.version ?? [], file.version) }
    }
  }

  var pendingBaseline: [Int]? { highest(unapplied.filter { $0.kind == .baseline }.map(\.version)) }

  func highest(_ versions: [[Int]]) -> [Int]? {
    versions.max { ModelFile.isBelow($0, $1) }
  }

  /// The rank of the last row of a repeatable description.
  func latestRank(_ description: String) -> Int? {
    rows.filter { $0.version == nil && $0.description == description }.map(\.rank).max()
  }

  func file(of row: ModelRow) -> ModelFile? {
    guard let version = row.version else {
      return files.first { $0.kind == .repeatable && $0.description == row.description }
    }
    return files.first {
      $0.kind != .repeatable && $0.type == row.type && ModelFile.isSame($0.version, version)
    }
  }

  /// The repeatable rows that a later DELETE row takes out.
  var deletedRepeatableRanks: Set<Int> {
    var result: Set<Int> = []
    for row in rows where row.version == nil && row.type == "DELETE" && row.success {
      let run = rows.last {
        $0.version == nil && !$0.isSynthetic && $0.description == row.description && $0.rank < row.rank
      }
      if let run { result.insert(run.rank) }
    }
    return result
  }
}
