internal import FlywaySettings
internal import MigrationCore
internal import MigrationEngine

/// The result of `info`: Flyway's table and JSON.
struct InfoReport: Sendable {
  let migrations: [MigrationInfo]
  /// Nil in an empty schema.
  let schemaVersion: String?
  let allSchemasEmpty: Bool
  let problems: [MigrationProblem]

  /// What `info` found, as far as the filters let it through.
  init(_ report: HistoryReport, filters: InfoFilters) {
    // What undo files could take back stands in the column Undoable of what they take back.
    migrations = report.overview.migrations.filter { $0.state != .available && filters.matches($0) }
    schemaVersion = report.overview.currentVersion
    allSchemasEmpty = report.allSchemasEmpty
    problems = report.problems
  }

  private static let columns = ["Category", "Version", "Description", "Type", "Installed On", "State", "Undoable"]

  /// `Schema version: 3` and the table.
  func text(on terminal: Terminal) -> String {
    let shown = migrations.filter { $0.category != "Undo" }
    let rows = shown.map { info in
      [
        info.category, info.version ?? "", info.description, info.type, info.row.map { Self.moment($0) } ?? "",
        info.state.displayName, Self.undoableCell(info),
      ]
    }
    let table = TextTable(columns: Self.columns, rows: rows, emptyText: "No migrations found")
    let version = VisibleText.cell(schemaVersion ?? "<< Empty Schema >>")
    return "Schema version: \(version)\n\n"
      + table.render { cell, row, column in
        column == 5 ? Self.ink(shown[row].state)?(cell, on: terminal) ?? cell : cell
      }
  }

  /// Flyway's `-migrationIds`: `1,2,views`.
  var identifiers: String {
    migrations.filter { $0.category != "Undo" }.map { VisibleText.cell($0.version ?? $0.description) }
      .joined(separator: ",")
  }

  func json(_ context: ReportContext) -> JSONValue {
    [
      "schemaVersion": .text(schemaVersion), "schemaName": .string(context.schemaName),
      "migrations": .array(migrations.map(Self.json)), "flywayVersion": .string(ReportContext.flywayVersion),
      "database": .string(context.database), "allSchemasEmpty": .bool(allSchemasEmpty),
      "timestamp": context.timestamp, "operation": "info", "exception": nil, "licenseFailed": false,
      "whimbrel": context.own([
        "historyTable": .string(context.settings.table), "problems": .array(problems.map(ProblemText.json)),
      ]),
    ]
  }

  private static func json(_ info: MigrationInfo) -> JSONValue {
    [
      "category": .string(info.category), "version": .string(info.version ?? ""),
      "rawVersion": .string(info.version ?? ""), "description": .string(info.description),
      "type": .string(info.type), "installedOnUTC": .string(info.row.flatMap { instant($0) } ?? ""),
      "state": .string(info.state.displayName), "undoable": .string(undoable(info)),
      "filepath": .string(info.script?.filePath ?? ""),
      "undoFilepath": .string(undoable(info) == "Yes" ? info.undo?.filePath ?? "" : ""),
      "installedBy": .string(info.row?.installedBy ?? ""), "shouldExecuteExpression": nil,
      "executionTime": .integer(info.row?.executionTime ?? 0),
    ]
  }

  /// Flyway's Yes, No or nothing (`CommandResultFactory.getUndoableStatus`).
  private static func undoable(_ info: MigrationInfo) -> String {
    guard info.version != nil, info.category != "Undo", info.state != .undone else { return "" }
    return info.undo != nil && !info.state.isFailed ? "Yes" : "No"
  }

  /// In the table a deleted migration says nothing (`MigrationInfoDumper.getUndoableStatus`).
  private static func undoableCell(_ info: MigrationInfo) -> String {
    info.state == .deleted || info.type == HistoryType.delete.rawValue ? "" : undoable(info)
  }

  // `yyyy-MM-dd HH:mm:ss`; the column may hold a fraction.
  private static func moment(_ row: HistoryRow) -> String { String(row.installedOn.prefix(19)) }
  private static func instant(_ row: HistoryRow) -> String? { LocalTime.instant(ofColumn: row.installedOn) }

  private static func ink(_ state: MigrationState) -> Ink? {
    switch state {
    case .success, .outOfOrder, .baseline: .good
    case .failed, .missingFailed, .futureFailed: .bad
    case .missingSuccess, .futureSuccess, .outdated, .ignored: .notable
    case .pending: .strong
    default: .faint
    }
  }
}

extension InfoFilters {
  /// Whether a line is shown (`MigrationFilterImpl.matches`).
  func matches(_ info: MigrationInfo) -> Bool {
    // Both borders exclude the second itself; times of one form compare like texts.
    let moment = info.row?.installedOn
    if let sinceDate, let moment, moment <= sinceDate + ":00" { return false }
    if let untilDate {
      guard let moment, moment < untilDate + ":00" else { return false }
    }
    guard sinceVersion != nil || untilVersion != nil else { return states.map { $0.contains(info.state) } ?? true }
    let version = info.version.flatMap { try? MigrationVersion($0) }
    if let sinceVersion, let version, version < sinceVersion { return false }
    if let untilVersion {
      guard let version, version <= untilVersion else { return false }
    }
    return states.map { $0.contains(info.state) } ?? true
  }
}
