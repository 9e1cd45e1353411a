internal import MigrationCore
internal import Postgres

/// One run of `repair`.
struct RepairRun {
  let session: MigrationSession
  let request: RunRequest

  private var settings: MigrationSettings { request.settings }

  func perform() async throws(EngineError) -> RepairReport {
    let callbacks = try CallbackRunner(
      session, request, events: [.afterConnect, .beforeRepair, .afterRepair, .afterRepairError])
    try await callbacks.fire(.afterConnect)
    try await callbacks.fire(.beforeRepair)
    let report: RepairReport
    do throws(EngineError) {
      report = try await repair()
    } catch {
      await callbacks.fire(.afterRepairError, after: error)
      throw error
    }
    try await callbacks.fire(.afterRepair)
    return report
  }

  private func repair() async throws(EngineError) -> RepairReport {
    let (plan, snapshot) = try await look()
    guard !plan.actions.isEmpty else { return report([], snapshot, snapshot) }
    return try await session.whileLocked(request) { _ throws(EngineError) in
      let (plan, snapshot) = try await look()
      try await write(plan.actions)
      return report(plan.actions, snapshot, try await session.readHistory(settings))
    }
  }

  private func look() async throws(EngineError) -> (RepairPlan, HistorySnapshot) {
    let snapshot = try await session.readHistory(settings)
    let plan = RepairPlan.make(set: request.scripts, history: snapshot.rows, settings: settings)
    if let error = EngineError.refusing(plan.problems) { throw error }
    return (plan, snapshot)
  }

  private func write(_ actions: [RepairPlan.Action]) async throws(EngineError) {
    let table = session.schemaHistory(settings)
    let statements = actions.map { action in
      switch action {
      case .remove(let row): return table.removal(of: row)
      case .markDeleted(var row):
        row.installedBy = settings.installedBy ?? ""
        return table.insertion(of: row)
      case .align(let row): return table.alignment(of: row)
      }
    }
    do throws(PostgresError) {
      _ = try await session.reset(settings)
      for statement in ["BEGIN"] + statements { try await session.connection.execute(statement) }
    } catch {
      await session.connection.rollBack()
      throw EngineError(connection: error, while: "repairing the history table")
    }
    do throws(EngineError) {
      try request.permit()
    } catch {
      await session.connection.rollBack()
      throw error
    }
    do throws(PostgresError) {
      try await session.connection.execute("COMMIT")
    } catch {
      await session.connection.rollBack()
      throw EngineError(connection: error, while: "repairing the history table")
    }
  }

  // MARK: Report

  private func report(
    _ actions: [RepairPlan.Action], _ before: HistorySnapshot, _ after: HistorySnapshot
  ) -> RepairReport {
    var removed: [RepairReport.Entry] = []
    var deleted: [RepairReport.Entry] = []
    var aligned: [RepairReport.Entry] = []
    for action in actions {
      switch action {
      case .remove(let row): removed.append(entry(row))
      case .markDeleted(let row): deleted.append(entry(row))
      case .align(let row):
        // The description as it was; the file that it follows now.
        let old = before.rows.first { $0.installedRank == row.installedRank } ?? row
        aligned.append(entry(old, filePath: file(of: row)?.filePath ?? ""))
      }
    }
    return RepairReport(removed: removed, deleted: deleted, aligned: aligned, snapshot: after)
  }

  private func entry(_ row: HistoryRow, filePath: String = "") -> RepairReport.Entry {
    RepairReport.Entry(version: row.version ?? "", description: row.description, filePath: filePath)
  }

  private func file(of row: HistoryRow) -> MigrationScript? {
    let files = request.scripts.versioned + request.scripts.baselines + request.scripts.repeatables
    return files.first { file in
      file.checksum == row.checksum && HistoryText.description(file.description) == row.description
        && file.type.rawValue == row.type && (file.version == nil) == (row.version == nil)
    }
  }
}
