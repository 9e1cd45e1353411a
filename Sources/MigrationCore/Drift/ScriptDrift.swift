/// Scripts that were applied and are not in the source as they were then.
package enum ScriptDrift {
  private static let codes: [MigrationProblem.Code] = [
    .appliedVersionedNotResolved, .appliedRepeatableNotResolved, .checksumMismatch, .typeMismatch, .descriptionMismatch,
  ]

  /// What differs.
  ///
  /// States that `ignoreMigrationPatterns` passes over are passed over here, too, and so is what is
  /// pending, as a repeatable script that was edited is. But `future`, which Flyway passes over by default, is not: the
  /// file of the latest row is missing like any other.
  package static func differences(
    _ scripts: MigrationSet, history: [HistoryRow], settings: MigrationSettings
  ) -> [DriftDifference] {
    let overview = MigrationOverview(set: scripts, history: history, settings: settings)
    let patterns = settings.ignoreMigrationPatterns.filter { $0.state != .future } + [IgnorePattern(.any, .pending)]
    let problems = MigrationValidation.problems(of: overview, ignoring: patterns).filter { codes.contains($0.code) }
    return differences(problems, of: overview.migrations)
  }

  /// The differences that problems of a plan tell of.
  package static func differences(
    _ problems: [MigrationProblem], of migrations: [MigrationInfo]
  ) -> [DriftDifference] {
    problems.filter { codes.contains($0.code) }.compactMap { problem in
      guard let file = problem.file else { return nil }
      let key = DriftObject.Key(.script, file)
      let info = migrations.first { $0.path == file && $0.version == problem.version && $0.row != nil }
      guard let row = info?.row else { return DriftDifference(key, .changed) }
      guard let script = info?.script else {
        return DriftDifference(key, .missing, expected: text(row.version, row.checksum, row.type, row.description))
      }
      return DriftDifference(
        key, .changed, expected: text(row.version, row.checksum, row.type, row.description),
        actual: text(
          script.version?.description, script.checksum, script.type.rawValue,
          HistoryText.description(script.description)))
    }
  }

  private static func text(_ version: String?, _ checksum: Int32?, _ type: String, _ description: String) -> String {
    let parts = [
      version.map { "version \($0)" }, checksum.map { "checksum \($0)" }, "type \(type)", "description \(description)",
    ]
    return parts.compactMap(\.self).joined(separator: ", ")
  }
}
