extension FlywayModel {
  private static let displayNames = [
    "PENDING": "pending", "IGNORED": "ignored", "MISSING_SUCCESS": "missing", "FUTURE_SUCCESS": "future",
  ]
  private static let failedStates: Set<String> = ["FAILED", "MISSING_FAILED", "FUTURE_FAILED"]

  /// Whether two versioned or two repeatable files, or two baselines, are the same migration.
  var hasDuplicates: Bool {
    files.indices.contains { first in
      files.indices.contains { second in
        guard first < second, files[first].kind == files[second].kind else { return false }
        return files[first].kind == .repeatable
          ? files[first].description == files[second].description
          : ModelFile.isSame(files[first].version, files[second].version)
      }
    }
  }

  /// Whether the target is the version of nothing.
  var isTargetMissing: Bool {
    guard case .version(let version, mustExist: true) = target else { return false }
    return !lines().contains { $0.version.map { ModelFile.isSame($0, version) } == true }
  }

  /// `validate`: Flyway's codes in the order of the lines (`MigrationInfoImpl.validate`).
  func validate(ignoringPending: Bool) -> [String] {
    let patterns = patterns + (ignoringPending ? [("*", "pending")] : [])
    return lines().compactMap { code($0, patterns) }
  }

  private func covers(_ state: String, _ patterns: [(type: String, state: String)]) -> Bool {
    let types = patterns.filter { $0.state == "*" || $0.state == state }.map(\.type)
    return types.contains("*") || types.contains("versioned") && types.contains("repeatable")
  }

  private func code(_ line: Line, _ patterns: [(type: String, state: String)]) -> String? {
    let kind = line.version == nil ? "repeatable" : "versioned"
    let infix = kind.uppercased()
    if ["ABOVE_TARGET", "DELETED"].contains(line.state) { return nil }
    let isNamed = patterns.contains { pattern in
      (pattern.type == "*" || pattern.type == kind)
        && (pattern.state == "*" || pattern.state == Self.displayNames[line.state])
    }
    if isNamed { return nil }
    let isFuture = line.state.hasPrefix("FUTURE"), isMissing = line.state.hasPrefix("MISSING")
    if Self.failedStates.contains(line.state), !(isFuture && covers("future", patterns)) {
      return "FAILED_\(infix)_MIGRATION"
    }
    if line.file == nil, let row = line.row, !row.isSynthetic, line.state != "SUPERSEDED",
      !(isMissing && covers("missing", patterns)), !(isFuture && covers("future", patterns))
    {
      return "APPLIED_\(infix)_MIGRATION_NOT_RESOLVED"
    }
    let isPendingIgnored = covers("pending", patterns)
    if line.state == "IGNORED", line.file?.kind != .baseline, !covers("ignored", patterns) {
      return "RESOLVED_\(infix)_MIGRATION_NOT_APPLIED"
    }
    if line.state == "PENDING", !isPendingIgnored { return "RESOLVED_\(infix)_MIGRATION_NOT_APPLIED" }
    if line.state == "OUTDATED", !isPendingIgnored { return "OUTDATED_REPEATABLE_MIGRATION" }
    return mismatch(line, isPendingIgnored: isPendingIgnored)
  }

  private func mismatch(_ line: Line, isPendingIgnored: Bool) -> String? {
    guard let file = line.file, let row = line.row, row.type != "DELETE" else { return nil }
    if let version = row.version, let appliedBaseline, !ModelFile.isBelow(appliedBaseline, version) { return nil }
    if file.type != row.type { return "TYPE_MISMATCH" }
    let isChecked = row.version != nil || isPendingIgnored && line.state != "OUTDATED" && line.state != "SUPERSEDED"
    if isChecked, row.checksum != file.checksum(env: env) { return "CHECKSUM_MISMATCH" }
    return row.description != file.description ? "DESCRIPTION_MISMATCH" : nil
  }

  /// Whether `migrate` stops before it runs anything.
  var isMigrateRefused: Bool {
    if hasDuplicates || isTargetMissing || applied().isCorrupt { return true }
    if validateOnMigrate, !validate(ignoringPending: true).isEmpty { return true }
    let failed = lines().filter { Self.failedStates.contains($0.state) }
    if failed.isEmpty { return false }
    let isOnlyFuture = failed.count == 1 && failed[0].state == "FUTURE_FAILED" && covers("future", patterns)
    return !isOnlyFuture
  }

  /// Runs migrations one by one, looking at everything again after each, as Flyway does; returns the files in order.
  ///
  /// - Parameter failing: the index of the one that fails outside a transaction, which leaves a row and ends the run.
  mutating func migrate(failing: Int? = nil) -> [ModelFile] {
    var done: [ModelFile] = []
    hasTable = true
    while let file = lines().first(where: { $0.state == "PENDING" })?.file, done.count < 100 {
      done.append(file)
      append(file, success: done.count - 1 != failing)
      if done.count - 1 == failing || target == .next { break }
    }
    return done
  }

  private mutating func append(_ file: ModelFile, success: Bool) {
    rows.append(
      ModelRow(
        rank: (rows.map(\.rank).max() ?? 0) + 1, version: file.kind == .repeatable ? nil : file.version,
        versionText: file.versionText, description: file.description, type: file.type, script: file.path,
        checksum: file.checksum(env: env), success: success))
  }

  /// `repair` (`DbRepair`).
  mutating func repair() {
    rows.removeAll { !$0.success }
    var looking = self
    looking.target = .latest
    looking.outOfOrder = true
    let lines = looking.lines()
    for line in lines {
      guard let row = line.row, !row.isSynthetic, ["MISSING_SUCCESS", "FUTURE_SUCCESS"].contains(line.state) else {
        continue
      }
      let kind = row.version == nil ? "repeatable" : "versioned"
      let isKept = patterns.contains {
        ($0.type == "*" || $0.type == kind) && ($0.state == "*" || $0.state == Self.displayNames[line.state])
      }
      if isKept { continue }
      var deletion = row
      deletion.rank = (rows.map(\.rank).max() ?? 0) + 1
      deletion.type = "DELETE"
      rows.append(deletion)
    }
    for line in lines {
      guard let row = line.row, let file = line.file, !row.isSynthetic,
        let index = rows.firstIndex(where: { $0.rank == row.rank })
      else { continue }
      if file.kind == .repeatable, row.checksum != file.rawChecksum || row.checksum == file.checksum(env: env) {
        continue
      }
      rows[index].description = file.description
      rows[index].type = file.type
      rows[index].checksum = file.checksum(env: env)
    }
  }
}
