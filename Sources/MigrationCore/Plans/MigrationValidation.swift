/// Flyway's `validate`: whether the history is what the files say (`MigrationInfoImpl.validate`).
package enum MigrationValidation {
  /// Everything that differs, in the order of the migrations, at most one problem each.
  ///
  /// - Parameter ignoring: states to pass over; `migrate` adds `*:pending` to the settings' own.
  package static func problems(
    of overview: MigrationOverview, ignoring patterns: [IgnorePattern]
  ) -> [ValidationProblem] {
    overview.migrations.compactMap { problem(of: $0, overview, patterns) }
  }

  /// What `validate` finds where the schema of the history table does not exist, instead of all else; nil if there is
  /// nothing that could have been applied, or pending migrations are passed over (`DbValidate.java`).
  package static func missingSchema(
    _ schema: String, set: MigrationSet, ignoring patterns: [IgnorePattern]
  ) -> ValidationProblem? {
    let isEmpty = set.versioned.isEmpty && set.baselines.isEmpty && set.repeatables.isEmpty
    guard !isEmpty, !IgnorePattern.cover(.pending, patterns) else { return nil }
    return MigrationProblem(
      .schemaDoesNotExist, message: "The schema \(schema) does not exist, and migrations wait for it.",
      nextStep: "Run migrate, or correct defaultSchema and schemas.")
  }

  private static func problem(
    of info: MigrationInfo, _ overview: MigrationOverview, _ patterns: [IgnorePattern]
  ) -> ValidationProblem? {
    if [.undone, .aboveTarget, .deleted].contains(info.state) || isIgnored(info, info.state, patterns) { return nil }
    if let failure = failure(info, patterns) { return failure }
    if !overview.cherryPick.isEmpty, !isPicked(info, overview.cherryPick) { return nil }
    let isPendingIgnored = IgnorePattern.cover(.pending, patterns)
    return missing(info, patterns) ?? notApplied(info, isPendingIgnored)
      ?? outdated(info, isPendingIgnored) ?? mismatch(info, overview.baseline, isPendingIgnored)
  }

  private static func isPicked(_ info: MigrationInfo, _ picks: [CherryPick]) -> Bool {
    let version = info.script?.version ?? info.version.flatMap { try? MigrationVersion($0) }
    return picks.contains { $0.matches(version: version, description: info.description) }
  }

  /// Whether a pattern names a state by the name that Flyway shows; "missing" does not cover "Failed (Missing)".
  static func isIgnored(_ info: MigrationInfo, _ state: MigrationState, _ patterns: [IgnorePattern]) -> Bool {
    patterns.contains { pattern in
      let fitsCategory =
        pattern.category == .any || (pattern.category == .versioned) == (info.version != nil)
      return fitsCategory && (pattern.state == .any || pattern.state.rawValue == state.displayName.lowercased())
    }
  }

  private static func failure(_ info: MigrationInfo, _ patterns: [IgnorePattern]) -> ValidationProblem? {
    guard info.state.isFailed else { return nil }
    if info.state == .futureFailed, IgnorePattern.cover(.future, patterns) { return nil }
    return MigrationPlan.failure(info)
  }

  private static func missing(_ info: MigrationInfo, _ patterns: [IgnorePattern]) -> ValidationProblem? {
    guard info.script == nil, let row = info.row, let type = HistoryType(column: row.type),
      !type.isSynthetic, !type.isUndo, info.state != .superseded
    else { return nil }
    let isMissing = info.state == .missingSuccess || info.state == .missingFailed
    if isMissing, IgnorePattern.cover(.missing, patterns) { return nil }
    let isFuture = info.state == .futureSuccess || info.state == .futureFailed
    if isFuture, IgnorePattern.cover(.future, patterns) { return nil }
    return MigrationProblem(
      info.version == nil ? .appliedRepeatableNotResolved : .appliedVersionedNotResolved,
      message: "\(info.label) (\(row.script)) is applied, but no file for it is here.",
      nextStep: "Bring the file back; if it is gone for good, `whimbrel repair` marks its row as deleted.",
      files: [row.script], version: info.version, description: info.description)
  }

  private static func notApplied(_ info: MigrationInfo, _ isPendingIgnored: Bool) -> ValidationProblem? {
    if info.script?.configuration.shouldExecute == false { return nil }
    let isIgnoredVersion = info.state == .ignored && info.script?.name.kind != .baseline
    guard isIgnoredVersion || info.state == .pending && !isPendingIgnored else { return nil }
    return MigrationProblem(
      info.version == nil ? .resolvedRepeatableNotApplied : .resolvedVersionedNotApplied,
      message: isIgnoredVersion
        ? "\(info.label) (\(info.path)) is not applied, and a higher version is."
        : "\(info.label) (\(info.path)) is not applied.",
      nextStep: isIgnoredVersion
        ? "Give it a version above the current one, or set outOfOrder to run it late." : "Run migrate.",
      files: [info.path], version: info.version, description: info.description)
  }

  private static func outdated(_ info: MigrationInfo, _ isPendingIgnored: Bool) -> ValidationProblem? {
    guard info.state == .outdated, !isPendingIgnored else { return nil }
    return MigrationProblem(
      .outdatedRepeatable, message: "\(info.label) (\(info.path)) has changed since it ran last.",
      nextStep: "Run migrate to run it again.", files: [info.path], description: info.description)
  }
}

// MARK: Both sides present

extension MigrationValidation {
  private static func mismatch(
    _ info: MigrationInfo, _ baseline: MigrationVersion?, _ isPendingIgnored: Bool
  ) -> ValidationProblem? {
    guard let script = info.script, let row = info.row, row.type != HistoryType.delete.rawValue,
      HistoryType(column: row.type)?.isUndo != true
    else { return nil }
    if let version = script.version, let baseline, version <= baseline { return nil }
    if HistoryType(column: row.type) != script.type {
      return differs(info, .typeMismatch, "type", applied: row.type, file: script.type.rawValue)
    }
    let isCurrentRepeatable = isPendingIgnored && info.state != .outdated && info.state != .superseded
    // A row without a checksum agrees with every file (`MigrationInfo.isChecksumMatching`).
    if script.version != nil || isCurrentRepeatable, let checksum = row.checksum, checksum != script.checksum {
      return differs(info, .checksumMismatch, "checksum", applied: String(checksum), file: String(script.checksum))
    }
    let description = HistoryText.description(script.description)
    if description != row.description {
      return differs(info, .descriptionMismatch, "description", applied: row.description, file: description)
    }
    return nil
  }

  private static func differs(
    _ info: MigrationInfo, _ code: MigrationProblem.Code, _ what: String, applied: String, file: String
  ) -> ValidationProblem {
    MigrationProblem(
      code,
      message:
        "\(info.label): the \(what) of \(info.path) is \(file), but \(applied) was applied to the database.",
      nextStep: "Take the change back, and write it as a new migration; if the file is right as it is, "
        + "`whimbrel repair` records what it says in row \(info.row?.installedRank ?? 0) of the history.",
      files: [info.path], version: info.version, description: info.description)
  }
}
