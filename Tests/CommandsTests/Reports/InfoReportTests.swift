@testable import Commands
import FlywaySettings
import MigrationCore
@testable import MigrationEngine
import Support
import Testing

@Suite("What info shows")
struct InfoReportTests {
  private func row(
    _ version: String?, _ rank: Int, on moment: String, type: String = "SQL", success: Bool = true
  ) -> HistoryRow {
    HistoryRow(
      installedRank: rank, version: version, description: "d", type: type, script: "s.sql", checksum: 1,
      installedBy: "me", installedOn: moment, executionTime: 7, success: success)
  }

  private var migrations: [MigrationInfo] {
    [
      MigrationInfo(script: nil, row: row("1", 1, on: "2026-01-01 10:00:00.5"), state: .missingSuccess),
      MigrationInfo(script: nil, row: row("2", 2, on: "2026-01-02 10:00:00"), state: .success),
      MigrationInfo(script: nil, row: row(nil, 3, on: "2026-01-03 10:00:00"), state: .success),
      MigrationInfo(script: Self.script("3"), row: nil, state: .pending),
    ]
  }

  private static func script(_ version: String) -> MigrationScript? {
    MigrationSet.resolve(
      [ScriptFile(path: "V\(version)__x.sql", bytes: [], location: "/l")], settings: MigrationSettings()
    ).versioned.first
  }

  private func shown(_ change: (inout InfoFilters) -> Void) -> [Int] {
    var filters = InfoFilters()
    change(&filters)
    return migrations.indices.filter { filters.matches(migrations[$0]) }
  }

  @Test("filters select as Flyway's do")
  func filters() throws {
    let two = try MigrationVersion("2")
    #expect(shown { _ in } == [0, 1, 2, 3])
    #expect(shown { $0.sinceVersion = two } == [1, 2, 3])
    #expect(shown { $0.untilVersion = two } == [0, 1])
    #expect(shown { $0.states = [.pending, .missingSuccess] } == [0, 3])
    #expect(shown { $0.sinceDate = "2026-01-02 10:00" } == [2, 3])
    #expect(shown { $0.sinceDate = "2026-01-01 10:00" } == [0, 1, 2, 3])
    #expect(shown { $0.untilDate = "2026-01-02 10:00" } == [0])
    #expect(shown { $0.untilDate = "2026-01-02 10:01" } == [0, 1])
  }

  private var report: InfoReport {
    let set = MigrationSet.resolve(
      [
        ScriptFile(path: "V2__b.sql", bytes: [], location: "/l"),
        ScriptFile(path: "V3__c.sql", bytes: [], location: "/l"),
        ScriptFile(path: "U2__b.sql", bytes: [], location: "/l"),
      ], settings: MigrationSettings())
    let history = [row("2", 1, on: "2026-01-02 10:00:00.123456")]
    let overview = MigrationOverview(set: set, history: history, settings: MigrationSettings())
    let snapshot = HistorySnapshot(
      schema: "public", table: "flyway_schema_history", tableExists: true, rows: history, missingSchemas: [],
      nonEmptySchemas: [])
    return InfoReport(
      HistoryReport(snapshot: snapshot, overview: overview, problems: []), filters: InfoFilters())
  }

  private let screen = Terminal(isTerminal: false, columns: nil, color: .auto, environment: [:])

  @Test("the table has Flyway's columns, and says what can be undone")
  func table() {
    let lines = report.text(on: screen).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "Schema version: 2")
    #expect(lines.contains("| Category  | Version | Description | Type | Installed On        | State   | Undoable |"))
    #expect(lines.contains("| Versioned | 2       | d           | SQL  | 2026-01-02 10:00:00 | Success | Yes      |"))
    #expect(lines.contains("| Versioned | 3       | c           | SQL  |                     | Pending | No       |"))
    #expect(report.identifiers == "2,3")
  }

  @Test("the JSON has Flyway's members, and ours apart")
  func json() throws {
    let context = ReportContext(
      database: "app", target: "h:5432/app", settings: MigrationSettings(), startedAt: Timestamp(microseconds: 0))
    guard case .object(let members) = report.json(context),
      case .array(let migrations)? = report.json(context)["migrations"]
    else {
      Issue.record("no object")
      return
    }
    #expect(
      Set(members.map(\.key)) == [
        "allSchemasEmpty", "database", "exception", "flywayVersion", "licenseFailed", "operation", "schemaName",
        "schemaVersion", "timestamp", "migrations", "whimbrel",
      ])
    let first = try #require(migrations.first)
    #expect(first["undoable"] == "Yes" && first["undoFilepath"] == "/l/U2__b.sql")
    #expect(first["filepath"] == "/l/V2__b.sql" && first["state"] == "Success" && first["executionTime"] == 7)
    #expect(first["shouldExecuteExpression"] == .null)
  }
}
