@testable import Controller
import MigrationCore
@testable import MigrationEngine
import Support
import Testing

@Suite("Announcements")
struct AnnouncementTests {
  private static func status(
    _ verdict: Verdict, after previous: CitusMigrationStatus? = nil
  ) -> CitusMigrationStatus {
    StatusReport(generation: 3, handledReconcileAt: nil, previous: previous, now: Samples.now)
      .status(verdict, Observation())
  }

  private static let workers = Verdict.waiting(
    .waitingForWorkers, summary: "Waiting for workers 1/2", message: "1 of 2")
  private static let fewer = Verdict.waiting(.waitingForWorkers, summary: "Waiting for workers 0/2", message: "0 of 2")
  private static let nodes = Verdict.waiting(.nodesUnreachable, summary: "Waiting for nodes", message: "10.0.0.7")
  private static let seven = Verdict.stalled(.migrationFailed, summary: "Failed V7", message: "line 3")
  private static let eight = Verdict.stalled(.migrationFailed, summary: "Failed V8", message: "line 4")
  private static let cancelled = Verdict.stalled(.cancelled, summary: "Cancelled", message: "run r1")
  private static let applying = Verdict.applying(done: 0, total: 2)

  @Test(
    "a status tells of a new need or a new wait, and of nothing twice",
    arguments: [
      (nil, .applied, nil), (nil, applying, nil), (nil, .suspended, nil), (workers, .applied, nil),
      (nil, workers, "WaitingForWorkers"), (workers, workers, nil), (workers, fewer, nil),
      (workers, nodes, "NodesUnreachable"), (applying, nodes, "NodesUnreachable"), (seven, nodes, "NodesUnreachable"),
      (nil, seven, "MigrationFailed"), (seven, seven, nil), (seven, eight, "MigrationFailed"),
      (applying, seven, "MigrationFailed"), (workers, seven, "MigrationFailed"), (applying, cancelled, nil),
      (seven, .repaired(message: "repair"), nil),
    ] as [(Verdict?, Verdict, String?)])
  func change(before: Verdict?, after: Verdict, reason: String?) {
    let previous = before.map { Self.status($0) }
    let told = Announcement.change(from: previous, to: Self.status(after, after: previous))
    #expect(told?.reason == reason)
    let isStalled = if case .stalled = after { true } else { false }
    #expect(told?.isWarning ?? isStalled == isStalled)
    #expect(told?.note.contains("waiting since") != true)
  }

  @Test("a note is at most a kilobyte of UTF-8, cut between characters", arguments: ["x", "é", "鳥", "e\u{301}"])
  func bounded(unit: String) {
    let note = Announcement("R", action: "A", String(repeating: unit, count: 2000)).note
    #expect(note.utf8.count <= 1024 && note.utf8.count > 1000 && note.hasSuffix("…"))
    #expect(Announcement("R", action: "A", "short").note == "short")
    let fits = String(repeating: "x", count: 1024)
    #expect(Announcement("R", action: "A", fits).note == fits)
  }

  @Test(
    "a run tells of twenty migrations one by one, of the rest by their number",
    arguments: [(0, 0, false), (1, 1, false), (20, 20, false), (21, 20, true), (500, 20, true)])
  func run(count: Int, single: Int, hasRest: Bool) {
    var announcements = RunAnnouncements()
    let plan = Samples.plan(versions: 1..<max(2, count + 1))
    var told: [Announcement] = []
    for step in plan.steps.prefix(count) {
      for event in [.started(step), .applied(step, milliseconds: 7)] as [RunEvent] {
        if let announcement = announcements.fold(event) { told.append(announcement) }
      }
    }
    #expect(told.count == single && told.allSatisfy { $0.reason == "MigrationApplied" && !$0.isWarning })
    let stopped = announcements.stopped()
    #expect(
      stopped.map(\.note) == (hasRest ? ["applied \(count - 20) more migrations, the last V\(count)__m.sql"] : []))
    let ended = announcements.succeeded(version: "\(count)", took: .milliseconds(2200))
    #expect(ended.map(\.reason) == (hasRest ? ["MigrationApplied"] : []) + (count > 0 ? ["RunSucceeded"] : []))
    if count == 1 { #expect(ended.last?.note == "applied 1 migration in 2s, current version 1") }
  }

  @Test("what is out of the ordinary in a run is told, the rest is not")
  func extraordinary() {
    var announcements = RunAnnouncements()
    let step = Samples.plan(versions: 1..<2).steps[0]
    let holder = LockHolder(
      pid: 4711, application: "whimbrel/1a2b3c4d/dev/app", address: nil, since: nil, query: "SELECT 'secret'")
    let told =
      ([
        .resuming(step, done: 1), .resuming(step, done: 2), .rebuilding(step, index: "t_u"), .endingHolder(holder),
        .started(step), .locked(waited: .seconds(1)), .failed(step, Samples.failure()),
        .notice(severity: "WARNING", message: "m", sqlState: "01000"),
        .retrying(step, attempt: 1, delay: .seconds(1), message: "m"),
      ] as [RunEvent]).compactMap { announcements.fold($0) }
    #expect(told.map(\.reason) == ["RunResumed", "RunResumed", "IndexRebuilt", "LockHolderEnded"])
    #expect(told[0].note.hasSuffix("1 statement was done") && told[1].note.hasSuffix("2 statements were done"))
    #expect(told[2].note.contains("t_u"))
    #expect(told[3].note.contains("4711 (whimbrel/1a2b3c4d/dev/app)") && !told[3].note.contains("secret"))
    #expect(announcements.succeeded(version: nil, took: .seconds(1)).isEmpty)
  }

  @Test("a repair tells what it did, with the first rows by name")
  func repair() {
    let row = { (version: String) in RepairReport.Entry(version: version, description: "views", filePath: "") }
    let snapshot = HistorySnapshot(
      schema: "public", table: "flyway_schema_history", tableExists: true, rows: [], missingSchemas: [],
      nonEmptySchemas: [])
    let report = RepairReport(
      removed: [row("2")], deleted: [], aligned: (1...7).map { row("\($0)") } + [row("")], snapshot: snapshot)
    let status = RepairStatus(report, at: Samples.now)
    #expect(
      status.message
        == "repair: failed rows removed: V2; rows aligned with their files: V1, V2, V3, V4, V5 and 3 more")
    #expect(!Announcement(status).isWarning && Announcement(status).reason == "Repaired")
    let nothing = RepairStatus(
      RepairReport(removed: [], deleted: [], aligned: [], snapshot: snapshot), at: Samples.now)
    #expect(nothing.message == "repair: nothing to do")
    let failed = RepairStatus(finishedAt: Samples.now.rfc3339, outcome: "Failed", message: "repair: no")
    #expect(Announcement(failed) == Announcement(isWarning: true, "RepairFailed", action: "Repair", "repair: no"))
  }
}
