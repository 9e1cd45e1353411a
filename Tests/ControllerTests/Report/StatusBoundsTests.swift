@testable import Controller
import FoundationEssentials
import MigrationCore
@testable import MigrationEngine
import Support
import Testing

@Suite("The bounds of a status")
struct StatusBoundsTests {
  // One visible character of 40 code points: a limit that counts characters would let 40 times too much through.
  private static let heavy = "e" + String(repeating: "\u{301}", count: 39)

  @Test(
    "whatever texts and however many entries come in, the schema takes what goes out",
    arguments: [String(repeating: "x", count: 30_000), String(repeating: heavy, count: 1200), "", "\0\u{1}\n\u{FFFD}"])
  func bounded(text: String) throws {
    let status = Samples.fullStatus(text: text, count: 2000).bounded
    #expect(try Schema.part("status").problems(JSONValue(encoding: status), at: "status").isEmpty)
  }

  @Test("within the bounds nothing changes")
  func unchanged() {
    let status = Samples.fullStatus(text: "short", count: 3)
    #expect(status.bounded == status)
    #expect(status.bounded.bounded == status.bounded)
  }

  @Test("2,000 migrations and messages of 30 kB make a status that fits, with the newest history and the failed step")
  func large() throws {
    let message = String(repeating: "é", count: 30_000)
    let plan = Samples.plan(versions: 1001..<2001, applied: 1..<1001)
    var progress = RunProgress(startedAt: Samples.now, holder: String(repeating: "h", count: 5000))
    progress.fold(.planned(plan))
    for step in plan.steps.prefix(500) {
      progress.fold(.started(step))
      progress.fold(.applied(step, milliseconds: 3))
    }
    progress.fold(.started(plan.steps[500]))
    progress.fold(.failed(plan.steps[500], Samples.failure(message)))
    progress.finish("Failed", at: Samples.now)
    var observation = Observation()
    let files = (1...1000).map { ScriptFile(path: "V\($0)__m.sql", bytes: [65]) }
    let rows = Samples.rows(.resolve(files, settings: MigrationSettings()), 1..<1001)
    observation.plan = PlanObservation(plan: plan, history: rows, target: "citus:5432/app")
    observation.run = progress.status
    let verdict = Verdict.stalled(.migrationFailed, summary: message, message: message)
    let status = StatusReport(generation: 1, handledReconcileAt: message, previous: nil, now: Samples.now)
      .status(verdict, observation)
    #expect(try Schema.part("status").problems(JSONValue(encoding: status), at: "status").isEmpty)
    #expect(try JSONEncoder().encode(status).count < 256 << 10)
    #expect(status.pendingCount == 1000 && status.plan?.steps.count == 100)
    #expect(status.history?.count == 20 && status.history?.first?.version == "1000")
    #expect(status.lastRun?.steps?.count == 100)
    #expect(status.lastRun?.steps?.last?.state == "Failed")
    #expect(progress.done == 500 && progress.total == 1000)
  }
}
