internal import MigrationEngine

/// The result of `repair`.
struct RepairResult: Sendable {
  let report: RepairReport
  let milliseconds: Int

  /// Flyway's sentences (`DbRepair.CompletedRepairActions`).
  private var actions: [String] {
    [
      report.removed.isEmpty ? nil : "Removed failed migrations",
      report.deleted.isEmpty ? nil : "Marked missing migrations as deleted",
      report.aligned.isEmpty ? nil : "Aligned applied migration checksums",
    ].compactMap(\.self)
  }

  func json(_ context: ReportContext) -> JSONValue {
    [
      "repairActions": .texts(actions), "migrationsRemoved": Self.json(report.removed),
      "migrationsDeleted": Self.json(report.deleted), "migrationsAligned": Self.json(report.aligned),
      "flywayVersion": .string(ReportContext.flywayVersion), "database": .string(context.database), "warnings": [],
      "operation": "repair", "whimbrel": context.own(),
    ]
  }

  private static func json(_ entries: [RepairReport.Entry]) -> JSONValue {
    .array(
      entries.map {
        ["version": .string($0.version), "description": .string($0.description), "filepath": .string($0.filePath)]
      })
  }

  func text(on terminal: Terminal) -> String {
    let rows =
      report.removed.map { ["Removed", $0.version, $0.description] }
      + report.deleted.map { ["Marked as deleted", $0.version, $0.description] }
      + report.aligned.map { ["Aligned", $0.version, $0.description] }
    let table =
      rows.isEmpty ? "" : TextTable(columns: ["Action", "Version", "Description"], rows: rows, emptyText: "").render()
    let done = rows.isEmpty ? "Nothing to repair in" : "Successfully repaired"
    let clean =
      report.removed.isEmpty
      ? "" : "What a failed migration left behind in the database may still have to be removed by hand.\n"
    let name = VisibleText.cell("\"\(report.snapshot.schema)\".\"\(report.snapshot.table)\"")
    return table
      + Ink.good(
        "\(done) schema history table \(name) (execution time \(ElapsedText.flyway(milliseconds: milliseconds)))",
        on: terminal) + "\n" + clean
  }
}
