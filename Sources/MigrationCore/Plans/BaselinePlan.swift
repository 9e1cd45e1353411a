/// What Flyway's `baseline` does to a history (`DbBaseline.java`).
package enum BaselinePlan: Sendable, Hashable {
  /// The history table is created with this row; who writes it knows rank, `installedBy` and `installedOn`.
  case create(HistoryRow)
  /// The same baseline is there already.
  case alreadyThere
  /// Nothing may be done.
  case refusal(MigrationProblem)

  /// Decides.
  package static func make(
    history: [HistoryRow], historyTable: HistoryTable, settings: MigrationSettings
  ) -> BaselinePlan {
    let version: MigrationVersion
    do throws(MigrationError) {
      version = try MigrationVersion(settings.baselineVersion)
    } catch {
      return .refusal(
        MigrationProblem(
          .invalidSetting, message: "baselineVersion: \(error.message)", nextStep: error.nextStep,
          version: settings.baselineVersion))
    }
    let description = HistoryText.description(settings.baselineDescription)
    guard historyTable == .present else { return .create(row(version, description, settings)) }
    if let marker = history.first(where: { $0.type == HistoryType.baseline.rawValue }) {
      let isSame = marker.version.flatMap { try? MigrationVersion($0) } == version && marker.description == description
      return isSame ? .alreadyThere : .refusal(baselined(marker, version, description, settings))
    }
    return .refusal(refusal(history, version, settings))
  }

  private static func row(
    _ version: MigrationVersion, _ description: String, _ settings: MigrationSettings
  ) -> HistoryRow {
    HistoryRow(
      installedRank: 1, version: version.description, description: description, type: HistoryType.baseline.rawValue,
      script: description, checksum: nil, installedBy: settings.installedBy ?? "", installedOn: "", executionTime: 0,
      success: true)
  }
}

// MARK: Refusals

extension BaselinePlan {
  private static func baselined(
    _ marker: HistoryRow, _ version: MigrationVersion, _ description: String, _ settings: MigrationSettings
  ) -> MigrationProblem {
    MigrationProblem(
      .failedBaseline,
      message: "\(settings.table) has a baseline already, version \(marker.version ?? "") (\(marker.description)), and "
        + "\(version) (\(description)) is asked for.",
      nextStep: "Set baselineVersion and baselineDescription to what is there, or drop the history table first.",
      version: version.description, description: description)
  }

  private static func refusal(
    _ history: [HistoryRow], _ version: MigrationVersion, _ settings: MigrationSettings
  ) -> MigrationProblem {
    let isSchemaMade = history.contains { $0.type == HistoryType.schema.rawValue }
    if isSchemaMade, let zero = try? MigrationVersion("0"), version == zero {
      return problem(
        "\(settings.table) cannot get the baseline 0: that is the version of the row that records created schemas.",
        "Set another baselineVersion.", version)
    }
    guard history.isEmpty else {
      return problem(
        "\(settings.table) holds migrations already, and a baseline only starts a history.",
        "Nothing is to be done if they are right; else drop the history table and run baseline again.", version)
    }
    return problem(
      "\(settings.table) is there and empty.", "Drop the history table, and run baseline again.", version)
  }

  private static func problem(_ message: String, _ nextStep: String, _ version: MigrationVersion) -> MigrationProblem {
    MigrationProblem(.failedBaseline, message: message, nextStep: nextStep, version: version.description)
  }
}
