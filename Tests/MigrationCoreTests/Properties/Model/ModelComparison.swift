internal import MigrationCore

/// The core asked the same questions as the model.
struct ModelComparison {
  private let model: FlywayModel
  private let set: MigrationSet
  private let history: [HistoryRow]
  private let settings: MigrationSettings

  init(_ model: FlywayModel) {
    self.model = model
    settings = Self.settings(model)
    history = model.rows.map(Self.row)
    let files = model.files.map { ScriptFile(path: $0.path, bytes: Array($0.content.utf8)) }
    set = MigrationSet.resolve(files, settings: settings)
  }

  /// Compares everything, and says which states and codes came up.
  func check() throws(Violation) -> [String] {
    let isBroken = model.hasDuplicates
    try Violation.unless(set.problems.contains(where: \.isBlocking) == isBroken, "problems: \(set.problems)")
    guard !isBroken else { return ["duplicate"] }
    let overview = MigrationOverview(set: set, history: history, settings: settings)
    let isCorrupt = overview.problems.contains { $0.code == .duplicateDeleted }
    try Violation.unless(isCorrupt == model.applied().isCorrupt, "corrupt history: \(overview.problems)")
    guard !isCorrupt else { return ["two DELETE rows"] }
    guard !model.hasForgottenBaseline else { return ["forgotten baseline"] }
    try checkLines(overview)
    let codes = try checkCodes(overview, ignoringPending: false) + checkCodes(overview, ignoringPending: true)
    try checkPlan()
    try checkRepair()
    return model.lines().map(\.state) + codes
  }

  private func checkLines(_ overview: MigrationOverview) throws(Violation) {
    let expected = model.lines().map { "\($0.row?.rank ?? -1) \($0.file?.path ?? "-") \($0.state)" }
    let found = overview.migrations.map {
      "\($0.row?.installedRank ?? -1) \($0.script?.script ?? "-") \($0.state.rawValue)"
    }
    try Violation.unless(found == expected, "info\nis     \(found)\nshould \(expected)")
    let current = overview.currentVersion.flatMap { try? MigrationVersion($0) }
    let wanted = model.lastApplied.flatMap { try? MigrationVersion($0.map(String.init).joined(separator: ".")) }
    try Violation.unless(current == wanted, "current version is \(overview.currentVersion ?? "none")")
  }

  private func checkCodes(_ overview: MigrationOverview, ignoringPending: Bool) throws(Violation) -> [String] {
    let more = ignoringPending ? [IgnorePattern(.any, .pending)] : []
    let found = MigrationValidation.problems(of: overview, ignoring: settings.ignoreMigrationPatterns + more)
    let expected = model.validate(ignoringPending: ignoringPending)
    try Violation.unless(
      found.map(\.flywayErrorCode) == expected, "validate\nis     \(found.map(\.flywayErrorCode))\nshould \(expected)")
    return expected
  }

  private func checkPlan() throws(Violation) {
    let plan = MigrationPlan.make(set: set, history: history, settings: settings)
    try Violation.unless(
      plan.isBlocked == model.isMigrateRefused, "migrate is \(plan.isBlocked ? "" : "not ")refused: \(plan.problems)")
    guard !plan.isBlocked else { return }
    var run = model
    let expected = run.migrate().map(\.path)
    try Violation.unless(
      plan.steps.map(\.script.script) == expected, "runs \(plan.steps.map(\.script.script)), should \(expected)")
    let checksums = plan.steps.map(\.script.checksum)
    try Violation.unless(checksums == run.rows.suffix(expected.count).map(\.checksum), "checksums \(checksums)")
  }

  private func checkRepair() throws(Violation) {
    var repaired = model
    repaired.repair()
    let found = RepairPlan.make(set: set, history: history, settings: settings).history
    let expected = repaired.rows.map(Self.row)
    let sorted = found.sorted { $0.installedRank < $1.installedRank }
    try Violation.unless(sorted == expected, "repair\nleaves \(sorted)\nshould \(expected)")
  }
}

// MARK: Translation

extension ModelComparison {
  private static func row(_ row: ModelRow) -> HistoryRow {
    HistoryRow(
      installedRank: row.rank, version: row.versionText, description: row.description, type: row.type,
      script: row.script, checksum: row.checksum, installedBy: "", installedOn: "", executionTime: 0,
      success: row.success)
  }

  private static func settings(_ model: FlywayModel) -> MigrationSettings {
    var settings = MigrationSettings()
    settings.outOfOrder = model.outOfOrder
    settings.validateOnMigrate = model.validateOnMigrate
    settings.placeholders = ["env": model.env]
    settings.ignoreMigrationPatterns = model.patterns.compactMap { try? IgnorePattern("\($0.type):\($0.state)") }
    let target: String =
      switch model.target {
      case .latest: "latest"
      case .current: "current"
      case .next: "next"
      case .version(let version, let mustExist):
        version.map(String.init).joined(separator: ".") + (mustExist ? "" : "?")
      }
    if let target = try? MigrationTarget(target) { settings.target = target }
    return settings
  }
}
