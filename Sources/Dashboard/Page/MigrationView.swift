internal import Controller

/// One migration that was applied, as far as the status still knows it.
package struct MigrationView: Sendable, Encodable, Equatable {
  package var version: String?
  package var description: String?
  package var script: String?
  /// Flyway's: `SQL`, `BASELINE`, `DELETE` and the like.
  package var type: String?
  package var checksum: Int64?
  /// RFC 3339, or what the history table says.
  package var at: String?
  package var milliseconds: Int64?
  package var isApplied: Bool

  /// What the status holds: the latest rows of the history in full, before them the evidence of what is in effect.
  ///
  /// - Returns: newest first.
  static func list(_ status: CitusMigrationStatus) -> [MigrationView] {
    let rows = (status.history ?? []).map { row in
      MigrationView(
        version: row.version, description: row.description, script: row.script, type: row.type, checksum: row.checksum,
        at: row.installedOn, milliseconds: row.executionTimeMilliseconds, isApplied: row.success)
    }
    let known = Set(rows.map(\.identity))
    let evidence = (status.applied ?? []).reversed().map { applied in
      MigrationView(
        version: applied.version, description: applied.description, checksum: applied.checksum, at: applied.appliedAt,
        isApplied: true)
    }
    return rows + evidence.filter { !known.contains($0.identity) }
  }

  // A repeatable migration has no version.
  private var identity: String { version.map { "V\($0)" } ?? "R\(description ?? "")" }
}

/// One thing that happened to the resource.
package struct EventView: Sendable, Encodable, Equatable {
  /// `run`, `repair`, `approval`, `bypass`, `comparison`, `baseline`.
  package var kind: String
  package var at: String
  package var title: String
  package var detail: String?
  /// Whether it ended badly.
  package var isBad: Bool

  /// What the status tells of the past, newest first.
  static func list(_ status: CitusMigrationStatus) -> [EventView] {
    var events: [EventView] = []
    func add(_ kind: String, _ at: String?, _ title: String, _ detail: String? = nil, isBad: Bool = false) {
      if let at { events.append(EventView(kind: kind, at: at, title: title, detail: detail, isBad: isBad)) }
    }
    if let run = status.lastRun {
      let applied = (run.steps ?? []).count { $0.state == "Applied" }
      add(
        "run", run.finishedAt ?? run.startedAt, "Run \(run.outcome.lowercased())",
        "\(applied) of \(run.steps?.count ?? 0) migrations\(run.holder.map { ", by \($0)" } ?? "")",
        isBad: run.outcome == "Failed")
    }
    if let repair = status.lastRepair {
      add(
        "repair", repair.finishedAt, "Repair \(repair.outcome.lowercased())", repair.message,
        isBad: repair.outcome == "Failed")
    }
    if let approval = status.approval {
      add("approval", approval.seenAt, "Plan approved", approval.by.map { "by \($0)" })
    }
    if let bypass = status.bypass { add("bypass", bypass.seenAt, "Gates bypassed", bypass.by.map { "by \($0)" }) }
    if let drift = status.drift {
      add(
        "comparison", drift.checkedAt, "Database compared",
        drift.count == 0 ? "no drift" : "\(drift.count) objects differ",
        isBad: drift.count > 0)
      add("baseline", drift.baseline?.takenAt, "Baseline taken", drift.baseline.map { "\($0.objects) objects" })
    }
    // RFC 3339 in UTC sorts as text.
    return events.sorted { $0.at > $1.at }
  }
}
