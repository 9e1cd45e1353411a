// MARK: Targets and picks

extension OverviewBuilder {
  func targetProblem() -> [MigrationProblem] {
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

  func pickProblems(_ migrations: [MigrationInfo]) -> [MigrationProblem] {
    settings.cherryPick.compactMap { pick in
      let isKnown = migrations.contains { info in
        let version = info.script?.version ?? info.version.flatMap { try? MigrationVersion($0) }
        return pick.matches(version: version, description: info.script?.description ?? info.description)
      }
      guard !isKnown else { return nil }
      return MigrationProblem(
        .cherryPickNotFound, message: "cherryPick names \(pick), which is no migration's version or description.",
        nextStep: "Correct it: versions as they are, descriptions with _ or blanks.")
    }
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
