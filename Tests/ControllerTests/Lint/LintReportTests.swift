@testable import Controller
import MigrationLint
import Support
import Testing

@Suite("What the linter's findings come to")
struct LintReportTests {
  // Findings come from the linter alone.
  private static let findings: [Finding] = {
    let sql = """
      CREATE TABLE bets (tenant_id bigint, id bigint);
      SELECT create_distributed_table('bets', 'tenant_id');
      CREATE UNIQUE INDEX bets_id ON bets (id);
      """
    return Linter().run([LintFile(path: "V1__add_bets_table.sql", bytes: Array(sql.utf8))]).findings
  }()

  private func judged(_ failOn: Level?, _ findings: [Finding]) throws -> (LintStatus, LintReport.Outcome) {
    let observation = LintReport(failOn: failOn).observation(findings, scripts: 1)
    guard case .judged(let status, let outcome) = observation else { throw Unexpected() }
    return (status, outcome)
  }

  private struct Unexpected: Error {}

  @Test("findings of the level stop the run, and the message names place, rule and what to do")
  func stops() throws {
    let (status, outcome) = try judged(.error, Self.findings)
    let worst = try #require(status.findings.first)
    #expect(worst.rule == "cit-unique" && worst.level == "Error" && worst.line == 3)
    #expect(status.errors == Self.findings.count { $0.level == .error })
    #expect(!outcome.isPassed)
    #expect(outcome.message.contains("V1__add_bets_table.sql:3:"))
    #expect(outcome.message.contains("cit-unique") && outcome.message.contains(worst.remedy))
    #expect(try judged(nil, Self.findings).1.isPassed, "Never stops none")
    #expect(try judged(.error, []).1 == .init(isPassed: true, message: "1 pending script judged"))
  }

  @Test("a long list is cut and counted, the worst first")
  func bounds() throws {
    let error = try #require(Self.findings.first { $0.level == .error })
    let many = Array(repeating: error, count: 30)
    let (status, outcome) = try judged(.error, many)
    #expect(status.errors == 30 && status.bounded.findings.count == 20)
    #expect(outcome.message.hasSuffix("; and 27 more, see status.lint"))
  }

  @Test("the status follows the look, keeps what it did not reach, and loses it with the spec")
  func status() {
    func report(_ previous: CitusMigrationStatus?) -> StatusReport {
      StatusReport(generation: 1, handledReconcileAt: nil, previous: previous, now: Samples.now)
    }
    var observation = Observation()
    observation.lint = LintReport(failOn: .error).observation(Self.findings, scripts: 1)
    let verdict = Verdict.stalled(.lintFailed, summary: "Lint failed", message: "m")
    let failed = report(nil).status(verdict, observation)
    #expect(failed.condition(.lintPassed)?.status == "False" && failed.condition(.stalled)?.reason == "LintFailed")
    #expect(Announcement.lint(from: nil, to: failed).count == failed.lint?.findings.count)
    #expect(Announcement.lint(from: failed, to: failed).isEmpty, "the same again is no news")
    let unreached = report(failed).status(.applied, Observation())
    #expect(unreached.lint == failed.lint && unreached.condition(.lintPassed)?.status == "False")
    observation.lint = .off
    let off = report(failed).status(.applied, observation)
    #expect(off.lint == nil && off.condition(.lintPassed) == nil)
  }
}
